// SPDX-License-Identifier: GPL-3.0-or-later

import { compareText } from "../compare-text.js";
import type { TraceReport } from "../tracing/trace-report.js";
import type { RuleTarget } from "../tracing/trace-request.js";
import type { Feature, UsedFeature } from "./feature.js";
import { executablePath, listConsidered } from "./observed-features.js";

/** What of a path differs between runs or machines without being another file: proc(5), pts(4), shm_overview(7), sysfs(5). */
const GENERAL_PARTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // The tracer writes a process's own directory as /proc/self: these are others.
  [/^\/proc\/[1-9]\d*(?=\/|$)/, "/proc/PID"],
  [/^(\/proc\/(?:self|PID))\/task\/[1-9]\d*(?=\/|$)/, "$1/task/TID"],
  [/^(\/proc\/(?:self|PID)(?:\/task\/TID)?\/(?:fd|fdinfo))\/\d+(?=\/|$)/, "$1/N"],
  [/^(\/proc\/(?:self|PID)\/map_files)\/[0-9a-f]+-[0-9a-f]+$/, "$1/RANGE"],
  [/^\/proc\/irq\/\d+(?=\/|$)/, "/proc/irq/N"],
  [/^\/dev\/(pts|fd)\/\d+(?=\/|$)/, "/dev/$1/N"],
  // Names of shared memory, semaphores and message queues are the program's own, and often random.
  [/^\/dev\/(shm|mqueue)\/.+$/, "/dev/$1/NAME"],
  [/^(\/sys\/(?:devices\/system|bus)\/(cpu|node)(?:\/devices)?)\/\2\d+(?=\/|$)/, "$1/$2N"],
  // cgroups(7): the group is where the process happens to be; interface files have a dot in their name.
  [/^\/sys\/fs\/cgroup\/.+\/([a-z]\w*\.[a-z_.]+)$/, "/sys/fs/cgroup/GROUP/$1"],
];

/**
 * The name of the feature for a path that the tracer reported: the path itself, with parts that belong to the process or the
 * machine replaced by what they are: `/proc/PID/stat`, `/proc/self/fd/N`, `/proc/self/task/TID/comm`, `/dev/pts/N`.
 * Giving it such a name returns it unchanged.
 */
export function namePseudoFile(path: string): string {
  return GENERAL_PARTS.reduce((name, [pattern, replacement]) => name.replace(pattern, replacement), path);
}

/** The tracer writes bytes that are no UTF-8 as lone surrogates, which no rule can be given. */
function isText(path: string): boolean {
  return !/[\ud800-\udfff]/u.test(path);
}

/**
 * The pseudo-files that considered executables named in calls of the native ABI, in the order of their names. The run has to
 * have recorded paths.
 */
export function listUsedPseudoFiles(report: TraceReport): readonly UsedFeature[] {
  const used = new Map<string, { calls: number; executables: Set<string>; paths: Set<string> }>();
  for (const executable of listConsidered(report)) {
    const native = executable.paths.filter(({ abi, path }) => abi === report.tracer.architecture && isText(path));
    for (const { path, calls } of native) {
      const name = namePseudoFile(path);
      const entry = used.get(name) ?? { calls: 0, executables: new Set(), paths: new Set() };
      entry.calls += calls;
      entry.executables.add(executablePath(executable));
      entry.paths.add(path);
      used.set(name, entry);
    }
  }
  return [...used]
    .map(([name, { calls, executables, paths }]) => ({
      feature: { kind: "pseudo-file" as const, name, paths: [...paths].sort(compareText) },
      calls,
      executables: [...executables].sort(compareText),
    }))
    .sort((left, right) => compareText(left.feature.name, right.feature.name));
}

/** Sentences about paths that are not among the features, because they are no UTF-8. */
export function listPathGaps(report: TraceReport): readonly string[] {
  const broken = listConsidered(report).flatMap(({ paths }) => paths.filter(({ path }) => !isText(path)));
  return [...new Set(broken.map(({ path }) => path))]
    .sort(compareText)
    .map((path) => `the path ${path.replace(/[\ud800-\udfff]/gu, "?")} is not UTF-8 and is not analyzed`);
}

/**
 * What the tracer's rules for a pseudo-file apply to. Rules have exact paths: a feature whose name stands for several
 * (`/proc/PID/stat`) gets one for each path that the observation run saw. Another run may use others (process ids are not
 * the same again, unless it is in a PID namespace of its own), so that a rule need not meet its file: a caller must not call
 * such a feature avoidable unless the run's record of paths shows that no path of this name escaped the rules.
 */
export function targetsForPseudoFile({ name, paths }: Feature): readonly RuleTarget[] {
  return (paths ?? [name]).map((path) => ({ kind: "path", path }));
}

/** Paths of a run that belong to a feature and that its rules did not name. */
export function listEscapedPaths({ name, paths }: Feature, report: TraceReport): readonly string[] {
  const seen = listConsidered(report).flatMap((executable) => executable.paths.map(({ path }) => path));
  return [...new Set(seen)]
    .filter((path) => namePseudoFile(path) === name && !(paths ?? [name]).includes(path))
    .sort(compareText);
}

/** Whether a pseudo-file's name stands for paths that another run may use others of. */
export function isGeneralName({ kind, name, paths }: Feature): boolean {
  return kind === "pseudo-file" && (paths ?? []).some((path) => path !== name);
}
