// SPDX-License-Identifier: GPL-3.0-or-later
import { compareVersions } from "../../debian/compare-versions.js";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError } from "../../errors.js";
import { numberSyscall } from "../../tracing/syscall-table.js";
import type { MeasurementSummary } from "../queries.js";
import type { Store } from "../store.js";
import type { Row } from "../tables.js";
import { type LoupedbRun, type LoupedbWorkload, nameWorkload } from "./format.js";
import { parseLoupedbDocument } from "./loupedb-measurement.js";
import { writeLoupedbRun } from "./write-directory.js";

/** What one name of the format's directories may be: nothing that leads elsewhere. */
const SAFE_NAME = /^[A-Za-z\d][\w.+~:-]*$/;

/** A measurement that is not in the export, or not whole, and why. */
export type ReportOmission = (sentence: string) => void;

function toWorkload({ workload, workload_name: name }: MeasurementSummary): LoupedbWorkload {
  if (workload === "benchmark") {
    return { kind: "benchmark", name: name || "unnamed" };
  }
  return { kind: "suite", name: workload === "check" ? "check" : name };
}

/** Only the newest version of each package: readers of the format take all runs of a workload for the same program. */
function selectNewest(measurements: readonly MeasurementSummary[]): readonly MeasurementSummary[] {
  const keyOf = (row: MeasurementSummary): string =>
    JSON.stringify([row.package, row.origin, row.architecture, row.workload]);
  const newest = new Map<string, string>();
  for (const row of measurements) {
    const before = newest.get(keyOf(row));
    if (before === undefined || compareVersions(row.version, before) > 0) {
      newest.set(keyOf(row), row.version);
    }
  }
  return measurements.filter((row) => newest.get(keyOf(row)) === row.version);
}

function toVerdicts(
  summary: MeasurementSummary,
  features: readonly Row<"features">[],
  report: ReportOmission,
): NonNullable<LoupedbRun["verdicts"]> {
  const place = `${summary.package} ${summary.version}`.trim();
  const others = features.filter(({ kind }) => kind !== "syscall").length;
  if (others > 0) {
    report(`${place}: the format has no sub-features and pseudo-files; ${others} are left out`);
  }
  return features
    .filter(({ kind }) => kind === "syscall")
    .flatMap(({ name, verdict }) => {
      const number = numberSyscall("x86_64", name);
      if (number === undefined) {
        report(`${place}: ${name} has no number on x86-64 and is left out`);
      }
      return number === undefined || verdict === null ? [] : [{ number, verdict }];
    })
    .sort((left, right) => left.number - right.number);
}

async function convertManifest(store: Store, summary: MeasurementSummary, report: ReportOmission): Promise<LoupedbRun> {
  return {
    application: summary.package,
    workload: toWorkload(summary),
    run: summary.measurement,
    command: summary.command,
    dockerfile: null,
    verdicts: toVerdicts(summary, await store.readFeatures(summary.measurement), report),
    staticBinary: null,
    staticSources: null,
  };
}

/**
 * Writes the newest versions of everything that has verdicts as a loupedb database, below `directory`. Says what the format cannot
 * hold. Returns the number of runs. Throws EnvironmentError where it cannot write.
 */
export async function exportLoupedb(store: Store, directory: string, report: ReportOmission): Promise<number> {
  const measurements = (await store.listMeasurements()).filter(
    ({ outcome }) => outcome === "analyzed" || outcome === "static",
  );
  let written = 0;
  for (const summary of selectNewest(measurements)) {
    const run =
      summary.origin === "loupedb"
        ? parseLoupedbDocument((await store.readDocument(summary.measurement)) ?? "")
        : await convertManifest(store, summary, report);
    if (![run.application, run.run, nameWorkload(run.workload)].every((name) => SAFE_NAME.test(name))) {
      report(`${JSON.stringify(run.application)}: cannot be the name of a directory, left out`);
      continue;
    }
    try {
      await writeLoupedbRun(directory, run);
    } catch (cause) {
      throw new EnvironmentError(`cannot write to ${directory}: ${describeCause(cause, directory)}`, { cause });
    }
    written++;
  }
  return written;
}
