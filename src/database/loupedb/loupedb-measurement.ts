// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../../analysis/feature.js";
import { nameSyscall } from "../../tracing/syscall-table.js";
import { checkStorable, identify, type Measurement, storableText } from "../measurement.js";
import type { Row, StaticMethod } from "../tables.js";
import { type LoupedbRun, nameWorkload, parseWorkload } from "./format.js";
import { LoupedbError } from "./read-rows.js";

/** The numbers in this format are those of x86-64. */
const ARCHITECTURE = "amd64";

/** Keys in a fixed order, and tables in one style, so that the same data are the same bytes. */
function serialize({ application, workload, run, command, dockerfile, verdicts, ...rest }: LoupedbRun): string {
  const document = {
    application,
    workload: nameWorkload(workload),
    run,
    command,
    dockerfile,
    verdicts: verdicts && Object.fromEntries(verdicts.map(({ number, verdict }) => [number, verdict])),
    staticBinary: rest.staticBinary,
    staticSources: rest.staticSources,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Understands the canonical text of a run again. */
export function parseLoupedbDocument(text: string): LoupedbRun {
  const document = JSON.parse(text);
  const { verdicts } = document as { verdicts: Readonly<Record<string, Verdict>> | null };
  const workload = parseWorkload(document.workload);
  if (workload === undefined) {
    throw new LoupedbError(`${JSON.stringify(document.workload)} is no workload of a loupedb database`);
  }
  return {
    ...document,
    workload,
    verdicts: verdicts && Object.entries(verdicts).map(([number, verdict]) => ({ number: Number(number), verdict })),
  };
}

function toSummary(measurement: string, run: LoupedbRun): Row<"measurements"> {
  return {
    measurement,
    package: run.application,
    origin: "loupedb",
    version: "",
    architecture: ARCHITECTURE,
    workload: run.workload.kind,
    workload_name: run.workload.name,
    command: storableText(run.command ?? ""),
    outcome: run.verdicts === null ? "static" : "analyzed",
    reason: null,
    test_format: null,
    tests_passed: null,
    duration_seconds: null,
    kernel: null,
    tool: null,
    libc: null,
    buildinfo: null,
    strategy: null,
    replicas: null,
    runs: null,
    full_runs: null,
    search_seconds: null,
    baseline_seconds: null,
    impacts_compared: null,
    source_files: null,
  };
}

function toFeatures(measurement: string, { verdicts }: LoupedbRun): readonly Row<"features">[] {
  return (verdicts ?? []).map(({ number, verdict }) => ({
    measurement,
    kind: "syscall",
    name: nameSyscall("x86_64", number),
    number,
    calls: null,
    verdict,
    stub_works: verdict === "stub" || verdict === "any",
    stub_runs: null,
    stub_reason: null,
    fake_works: verdict === "fake" || verdict === "any",
    fake_runs: null,
    fake_reason: null,
    joint: null,
    executables: "[]",
  }));
}

function toStatic(
  measurement: string,
  method: StaticMethod,
  numbers: LoupedbRun["staticBinary"],
): readonly Row<"static_features">[] {
  return (numbers ?? []).map((number) => ({ measurement, method, name: nameSyscall("x86_64", number), number }));
}

/** The rows that a run of a loupedb database becomes. Throws UnstorableError for names that a database cannot take. */
export function describeLoupedbRun(run: LoupedbRun): Measurement {
  const text = serialize(run);
  const measurement = identify(text);
  const described: Measurement = {
    document: { format: "loupedb", text },
    summary: toSummary(measurement, run),
    features: toFeatures(measurement, run),
    executables: [],
    impacts: [],
    conflicts: [],
    staticFeatures: [
      ...toStatic(measurement, "binary", run.staticBinary),
      ...toStatic(measurement, "source", run.staticSources),
    ],
    sourceResults: [],
  };
  checkStorable(described);
  return described;
}
