// SPDX-License-Identifier: GPL-3.0-or-later
import type { LastInterposed, TraceReport } from "../tracing/trace-report.js";
import type { KnownDeath } from "../workload/expectation.js";
import type { TreatedFeature } from "./experiment.js";
import type { RuleSet } from "./feature-rules.js";

/** What the considered programs do when nothing is interposed. */
export interface KnownEnds {
  readonly deaths: readonly KnownDeath[];
  /** The exit statuses of each executable, by its path. */
  readonly exits: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Collects how considered executables ended in plain runs. */
export function collectExits(reports: readonly TraceReport[]): KnownEnds["exits"] {
  const exits = new Map<string, Set<number>>();
  for (const { path, exits: statuses } of reports.flatMap(({ executables }) => executables)) {
    const known = exits.get(path) ?? new Set();
    for (const status of statuses.keys()) {
      known.add(status);
    }
    exits.set(path, known);
  }
  return exits;
}

/** Of a call that is repeated over and over, the one that was interposed most often. */
function findMostInterposed(report: TraceReport, { owners }: RuleSet): TreatedFeature | undefined {
  const calls = report.executables.flatMap((executable) => executable.calls).filter(({ interposed }) => interposed > 0);
  const counts = new Map<TreatedFeature, number>();
  for (const { number, interposed } of calls) {
    const owner = owners.find(({ feature }) => feature.number === number);
    if (owner !== undefined) {
      counts.set(owner, (counts.get(owner) ?? 0) + interposed);
    }
  }
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0];
}

/** Every program makes this call when it is done: it is always new at the end of the first one, and no reason to end. */
function isEnd(treated: TreatedFeature | undefined): boolean {
  return treated?.feature.name === "exit_group";
}

/** The treatments of a run that were put to use, the one that began to be last before the others. */
function listByNovelty({ rules: used }: TraceReport, { owners }: RuleSet): readonly TreatedFeature[] {
  const firstSeconds = new Map<TreatedFeature, number>();
  for (const { rule, firstSeconds: first } of used) {
    const owner = owners[rule];
    if (owner !== undefined) {
      firstSeconds.set(owner, Math.min(first, firstSeconds.get(owner) ?? first));
    }
  }
  return [...firstSeconds]
    .sort(([one, left], [other, right]) => Number(isEnd(one)) - Number(isEnd(other)) || right - left)
    .map(([owner]) => owner);
}

/**
 * The treatments that a run did not put to use, as the program never came to the calls: it says nothing of them. All calls in question have to
 * have stopped in the tracer.
 */
export function listIdle({ rules: used }: TraceReport, { owners }: RuleSet): readonly TreatedFeature[] {
  const busy = new Set(used.map(({ rule }) => owners[rule]));
  return [...new Set(owners)].filter((owner) => !busy.has(owner));
}

/** What a failing run says of who is to blame. */
export interface Blame {
  /** Whom a process that died or failed points at; right of a stub in 75 of 80 cases (six programs of 17 to 35 calls). */
  readonly culprit?: TreatedFeature;
  /** All that were put to use, the most suspicious one first. */
  readonly suspects: readonly TreatedFeature[];
}

/**
 * The treatments that a run may have failed for: the call that was interposed last in the first process that died or failed in a
 * way that the baseline does not know; in a run that hangs, the one that was interposed most often. All others follow by when they
 * were first put to use, the latest first: what had been used for long did no harm until then.
 */
export function blame(report: TraceReport, rules: RuleSet, known: KnownEnds): Blame {
  const ownerOf = (last: LastInterposed | undefined): TreatedFeature | undefined => last && rules.owners[last.rule];
  const death = report.deaths.find(
    ({ path, signal, lastInterposed }) =>
      lastInterposed !== undefined && !known.deaths.some((entry) => entry.path === path && entry.signal === signal),
  );
  const exit = report.exits.find(
    ({ path, exitCode, lastInterposed }) =>
      known.exits.get(path)?.has(exitCode) !== true && !isEnd(ownerOf(lastInterposed)),
  );
  const hangs = report.hangs.length > 0 ? findMostInterposed(report, rules) : undefined;
  const culprit = ownerOf(death?.lastInterposed) ?? ownerOf(exit?.lastInterposed) ?? hangs;
  const novel = listByNovelty(report, rules);
  return culprit === undefined
    ? { suspects: novel }
    : { culprit, suspects: [culprit, ...novel.filter((other) => other !== culprit)] };
}
