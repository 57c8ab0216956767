// SPDX-License-Identifier: GPL-3.0-or-later
import type { Treatment } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { Manifest, ManifestFeature, ManifestPackage } from "../manifest/schema.js";
import { serializeManifest } from "../manifest/serialize.js";
import { numberSyscall } from "../tracing/syscall-table.js";
import { checkStorable, identify, type Measurement, storableText } from "./measurement.js";
import type { Row, StaticMethod } from "./tables.js";

/** The words of a command as a shell would take them. */
function quoteWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

type PackageColumns = Pick<Row<"measurements">, "package" | "origin" | "version" | "architecture">;

function describePackage(described: ManifestPackage): PackageColumns {
  return "source" in described
    ? { package: described.source, origin: "debian", version: described.version, architecture: described.architecture }
    : { package: described.name, origin: "program", version: "", architecture: "" };
}

/** Every treatment that works is compared, and one that strict impact has made a failure says what it changes. */
function countCompared({ features }: Manifest): number | null {
  const measured = features.filter(({ impact }) => impact !== undefined);
  const count = (treatment: Treatment): number =>
    measured.filter(
      (feature) =>
        feature[treatment]?.works === true || feature.impact?.some((impact) => impact.treatment === treatment) === true,
    ).length;
  return measured.length === 0 ? null : count("stub") + count("fake");
}

function toSummary(measurement: string, manifest: Manifest): Row<"measurements"> {
  const { environment, workload, search, confirmation } = manifest;
  const words = [...workload.command, ...(workload.testScript === undefined ? [] : ["#", ...workload.testScript])];
  return {
    measurement,
    ...describePackage(manifest.package),
    workload: workload.kind,
    workload_name: "",
    command: storableText(quoteWords(words)),
    outcome: manifest.outcome,
    reason: manifest.reason === undefined ? null : storableText(manifest.reason),
    test_format: workload.testFormat,
    tests_passed: workload.testsPassed,
    duration_seconds: workload.durationSeconds,
    kernel: storableText(environment.kernel),
    tool: storableText(environment.tool),
    libc: environment.libc === null ? null : storableText(environment.libc),
    buildinfo: environment.buildinfo === undefined ? null : storableText(environment.buildinfo),
    strategy: search?.strategy ?? null,
    replicas: confirmation?.replicas ?? null,
    runs: search?.runs ?? null,
    full_runs: search?.fullRuns ?? null,
    search_seconds: search?.seconds ?? null,
    baseline_seconds: search?.baselineSeconds ?? null,
    impacts_compared: countCompared(manifest),
    source_files: manifest.sources?.files ?? null,
  };
}

function toFeature(measurement: string, feature: ManifestFeature, joint: Row<"features">["joint"]): Row<"features"> {
  const { stub, fake } = feature;
  return {
    measurement,
    kind: feature.kind,
    name: feature.name,
    number: feature.number ?? null,
    calls: feature.calls,
    verdict: feature.verdict ?? null,
    stub_works: stub?.works ?? null,
    stub_runs: stub?.runs ?? null,
    stub_reason: stub?.reason === undefined ? null : storableText(stub.reason),
    fake_works: fake?.works ?? null,
    fake_runs: fake?.runs ?? null,
    fake_reason: fake?.reason === undefined ? null : storableText(fake.reason),
    joint,
    executables: storableText(JSON.stringify([...feature.executables].sort(compareText))),
  };
}

function toFeatures(measurement: string, { features, confirmation }: Manifest): readonly Row<"features">[] {
  const stubbed = new Set(confirmation?.stubbed);
  const faked = new Set(confirmation?.faked);
  const jointOf = (name: string): Row<"features">["joint"] =>
    stubbed.has(name) ? "stubbed" : faked.has(name) ? "faked" : null;
  return features.map((feature) => toFeature(measurement, feature, jointOf(feature.name)));
}

function toExecutables(measurement: string, { executables }: Manifest): readonly Row<"executables">[] {
  return executables.map((executable) => ({
    measurement,
    path: executable.path,
    binary_package: executable.package === undefined ? null : storableText(executable.package),
    build_id: executable.buildId,
    sha256: executable.sha256,
    considered: executable.considered,
    execs: executable.execs,
    linkage: executable.linkage?.form ?? null,
    interpreter: executable.linkage?.interpreter === undefined ? null : storableText(executable.linkage.interpreter),
    libc: executable.linkage?.libc ?? null,
    static_calls: executable.static?.syscalls.length ?? null,
    static_unknown: executable.static === undefined ? null : storableText(JSON.stringify(executable.static.unknown)),
  }));
}

function toImpacts(measurement: string, { features }: Manifest): readonly Row<"impacts">[] {
  return features.flatMap(({ kind, name, impact = [] }) =>
    impact.map(({ treatment, metric, ratio, pValue }) => ({
      measurement,
      kind,
      name,
      treatment,
      metric,
      ratio,
      p_value: pValue,
    })),
  );
}

function toConflicts(measurement: string, { conflicts }: Manifest): readonly Row<"conflicts">[] {
  const ordered = conflicts
    .map((names) => [...new Set(names)].sort(compareText))
    .sort((left, right) => compareText(left.join(" "), right.join(" ")));
  return ordered.flatMap((names, index) => names.map((name) => ({ measurement, conflict: index + 1, name })));
}

/** Static analysis knows the table of x86-64 alone. */
function numberStatic(name: string): number | null {
  const [, digits] = /^syscall_(0x[0-9a-f]{1,8})$/.exec(name) ?? [];
  return numberSyscall("x86_64", name) ?? (digits === undefined ? null : Number(digits));
}

function toStaticFeatures(measurement: string, { executables, sources }: Manifest): readonly Row<"static_features">[] {
  const list = (method: StaticMethod, names: readonly string[]): readonly Row<"static_features">[] =>
    [...new Set(names)].sort(compareText).map((name) => ({ measurement, method, name, number: numberStatic(name) }));
  return [
    ...list(
      "binary",
      executables.flatMap((executable) => executable.static?.syscalls ?? []),
    ),
    ...list("source", sources?.syscalls ?? []),
  ];
}

function toSourceResults(measurement: string, { sources }: Manifest): readonly Row<"source_results">[] {
  return (sources?.results ?? []).map((uses) => ({
    measurement,
    function: uses.function,
    syscall: uses.syscall,
    calls: uses.calls,
    checked: uses.checked,
    passed_on: uses.passedOn,
    stored: uses.stored,
    ignored: uses.ignored,
  }));
}

/** The rows that a manifest becomes. Throws UnstorableError for names that a database cannot take. */
export function describeManifest(manifest: Manifest): Measurement {
  const text = serializeManifest(manifest);
  const measurement = identify(text);
  const described: Measurement = {
    document: { format: manifest.schema, text },
    summary: toSummary(measurement, manifest),
    features: toFeatures(measurement, manifest),
    executables: toExecutables(measurement, manifest),
    impacts: toImpacts(measurement, manifest),
    conflicts: toConflicts(measurement, manifest),
    staticFeatures: toStaticFeatures(measurement, manifest),
    sourceResults: toSourceResults(measurement, manifest),
  };
  checkStorable(described);
  return described;
}
