// SPDX-License-Identifier: GPL-3.0-or-later
import { release } from "node:os";
import { relative } from "node:path";
import { execa } from "execa";
import type { AnalysisResult, AnalyzedExecutable } from "../analysis/analysis.js";
import type { AnalyzedFeature, Impact, TreatmentResult, UsedFeature } from "../analysis/feature.js";
import { VERSION } from "../version.js";
import { MANIFEST_SCHEMA, type Manifest, type ManifestFeature, type ManifestPackage } from "./schema.js";
import { roundSeconds } from "./serialize.js";

/** What a manifest is made of. */
export interface ManifestParts {
  readonly package: ManifestPackage;
  readonly result: AnalysisResult;
  /** The C library of the machine, as `describeLibc` tells it. */
  readonly libc: string | null;
  /** File name of the build's .buildinfo. */
  readonly buildinfo?: string;
  /** Paths below this directory are written relative to it, so that a manifest does not depend on where it was made. */
  readonly relativeTo?: string;
}

/** Name and version of this machine's C library (`glibc 2.36`), or null where getconf(1) does not know it. */
export async function describeLibc(): Promise<string | null> {
  const { stdout, failed } = await execa("getconf", ["GNU_LIBC_VERSION"], { reject: false });
  return failed || stdout.trim() === "" ? null : stdout.trim();
}

/** Makes what is said independent of where a package was built. */
interface Relocate {
  path(path: string): string;
  text(text: string): string;
}

/** Puts "." for a directory between two pieces of text, unless the second goes on with its name: that is another directory. */
function joinByDot(directory: string): (before: string, after: string) => string {
  return (before, after) => `${before}${/^[\w.+~-]/.test(after) ? directory : "."}${after}`;
}

function toRelocate(directory: string | undefined): Relocate {
  const name = (directory ?? "").replace(/\/+$/, "");
  if (name === "") {
    return { path: (path) => path, text: (text) => text };
  }
  const prefix = `${name}/`;
  return {
    path: (path) => (path.startsWith(prefix) ? relative(name, path) : path),
    text: (text) => text.replaceAll(prefix, "").split(name).reduce(joinByDot(name)),
  };
}

function toExecutable(executable: AnalyzedExecutable, relocate: Relocate): Manifest["executables"][number] {
  return {
    path: relocate.path(executable.path),
    ...(executable.package !== undefined && { package: executable.package }),
    buildId: executable.buildId ?? null,
    sha256: executable.sha256 ?? null,
    considered: executable.considered,
    execs: executable.execs,
    ...(executable.linkage !== undefined && { linkage: { ...executable.linkage } }),
  };
}

function toTreatment(
  { works, runs, reason }: TreatmentResult,
  { text }: Relocate,
): NonNullable<ManifestFeature["stub"]> {
  return { works, runs, ...(reason !== undefined && { reason: text(reason) }) };
}

/** Rounded: more digits than these would only look precise. */
function toManifestImpact({
  treatment,
  metric,
  ratio,
  pValue,
}: Impact): NonNullable<ManifestFeature["impact"]>[number] {
  return {
    treatment,
    metric,
    ratio: ratio === null ? null : Number(ratio.toFixed(3)),
    pValue: Number(pValue.toPrecision(2)),
  };
}

function toFeature(used: UsedFeature | AnalyzedFeature, relocate: Relocate): ManifestFeature {
  const { kind, name, number } = used.feature;
  return {
    kind,
    name,
    ...(number !== undefined && { number }),
    calls: used.calls,
    executables: used.executables.map(relocate.path),
    ...("verdict" in used && {
      verdict: used.verdict,
      stub: toTreatment(used.stub, relocate),
      fake: toTreatment(used.fake, relocate),
      ...(used.impact && { impact: used.impact.map(toManifestImpact) }),
    }),
  };
}

function toWorkload({ workload, tests, durationSeconds }: AnalysisResult): Manifest["workload"] {
  return {
    kind: workload.kind,
    command: [...workload.command],
    ...(workload.form === "server" && { testScript: [...workload.testScript] }),
    testFormat: tests === undefined || tests.format === "none" ? "exit-status" : tests.format,
    testsPassed: tests === undefined || tests.format === "none" ? null : tests.passed,
    ...(tests !== undefined && tests.flaky.length > 0 && { testsSetAside: [...tests.flaky] }),
    durationSeconds: durationSeconds === undefined ? null : roundSeconds(durationSeconds),
  };
}

function toSearch(result: AnalysisResult): Pick<Manifest, "confirmation" | "conflicts" | "search"> {
  if (result.outcome !== "analyzed") {
    return { conflicts: [] };
  }
  const { confirmation, conflicts, search } = result;
  return {
    confirmation: { ...confirmation, stubbed: [...confirmation.stubbed], faked: [...confirmation.faked] },
    conflicts: conflicts.map((names) => [...names]),
    search: {
      ...search,
      seconds: roundSeconds(search.seconds),
      baselineSeconds: roundSeconds(search.baselineSeconds),
    },
  };
}

/** Puts a manifest together. */
export function buildManifest(parts: ManifestParts): Manifest {
  const { result } = parts;
  const relocate = toRelocate(parts.relativeTo);
  return {
    schema: MANIFEST_SCHEMA,
    package: parts.package,
    environment: {
      kernel: result.tracer?.kernel ?? release(),
      tool: `loupe ${VERSION}`,
      ...(result.isolation && { isolation: result.isolation }),
      libc: parts.libc,
      ...(parts.buildinfo !== undefined && { buildinfo: parts.buildinfo }),
    },
    workload: toWorkload(result),
    outcome: result.outcome,
    ...("reason" in result && { reason: relocate.text(result.reason) }),
    executables: result.executables.map((executable) => toExecutable(executable, relocate)),
    features: "features" in result ? result.features.map((feature) => toFeature(feature, relocate)) : [],
    ...toSearch(result),
  };
}
