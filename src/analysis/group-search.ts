// SPDX-License-Identifier: GPL-3.0-or-later
import type { FirstEnded, TreatedFeature } from "./experiment.js";

/** What a group's run showed. */
export interface GroupRun {
  readonly works: boolean;
  /** Of a failure: whom a process that died or failed points at, where that can be told. */
  readonly culprit?: TreatedFeature | undefined;
  /** Of a failure: who else may have caused it, the most suspicious first. */
  readonly suspects: readonly TreatedFeature[];
  readonly seconds: number;
}

/** How a group is tried out. */
export interface GroupTrial {
  /** About how long a passing run takes. */
  readonly passSeconds: number;
  /** Runs a group at once. */
  readonly probe: (group: readonly TreatedFeature[]) => Promise<GroupRun>;
  /**
   * Runs each group at once, all groups at the same time, until one of them has passed or failed; undefined when all of them go on for
   * `patienceSeconds`.
   */
  readonly race: (
    groups: readonly (readonly TreatedFeature[])[],
    patienceSeconds: number,
  ) => Promise<FirstEnded | undefined>;
  /** Whether races are about a part of the workload: what passes there has still to pass on the whole. */
  readonly racesInPart: () => boolean;
  /** Who of the suspects of a failure is guilty, if that shows in `patienceSeconds`. */
  readonly findGuilty: (failed: GroupRun, patienceSeconds: number) => Promise<TreatedFeature | undefined>;
  /** Whether this went on alone for longer than so many seconds without failing. */
  readonly hasOutlived: (treated: TreatedFeature, seconds: number) => boolean;
  /** Whether it is known meanwhile that this fails alone. */
  readonly hasFailed: (treated: TreatedFeature) => boolean;
  /** Told of each treatment that was taken out. */
  readonly onDropped: (treated: TreatedFeature) => void;
}

/** What a part of a group that does not pass turned out to hold. */
interface SearchedPart {
  readonly culprit: TreatedFeature;
  /** What of the part passes together with all that passed before. */
  readonly innocent: readonly TreatedFeature[];
}

/**
 * A run without the culprit outlives one that failed. One that goes on for this many times as long, and for a second, is taken to
 * be without it: other runs beside it make it slower.
 */
const SLOWER = 2;
const patienceAfter = ({ seconds }: GroupRun): number => SLOWER * seconds + 1;

/**
 * Finds a part of a group of treatments that passes as a whole, as large as the order of the group allows. What makes it fail is
 * taken out, one culprit after the other, and the whole is tried again: a failing run ends early, so that a group costs about one passing
 * run. The culprit is a suspect of the failure, or else found by halving. Where failures take nearly as long as successes, part
 * after part is added to what passes, smaller ones after a failure, larger ones after a success (generalized binary
 * splitting: Hwang, "A Method for Detecting All Defective Members in a Population by Group Testing", JASA 67(339), 1972).
 */
export async function findPassingGroup(
  group: readonly TreatedFeature[],
  trial: GroupTrial,
): Promise<readonly TreatedFeature[]> {
  let passing: readonly TreatedFeature[] = [];
  let rest = group;
  let size = rest.length;
  for (;;) {
    rest = rest.filter((treated) => !trial.hasFailed(treated));
    if (rest.length === 0) {
      return passing;
    }
    const part = rest.slice(0, size);
    const run = await trial.probe([...passing, ...part]);
    if (run.works) {
      passing = [...passing, ...part];
      rest = rest.slice(part.length);
      size *= 2;
      continue;
    }
    const isSuspected = (treated: TreatedFeature): boolean =>
      run.suspects.includes(treated) && !trial.hasOutlived(treated, run.seconds);
    const suspects = run.suspects.filter((suspect) => part.includes(suspect) && isSuspected(suspect));
    const guilty = await trial.findGuilty({ ...run, suspects }, patienceAfter(run));
    const bySuspicion = [...suspects.filter(isSuspected), ...part.filter((treated) => !isSuspected(treated))];
    const { culprit, innocent } =
      guilty === undefined
        ? await searchPart(passing, bySuspicion, patienceAfter(run), trial)
        : { culprit: guilty, innocent: [] };
    if (guilty === undefined && run.seconds > trial.passSeconds / 2) {
      size = Math.max(1, Math.floor(part.length / 2));
    }
    const proven = trial.racesInPart() ? [] : innocent;
    passing = [...passing, ...proven];
    rest = rest.filter((treated) => treated !== culprit && !proven.includes(treated));
    trial.onDropped(culprit);
  }
}

/**
 * Halves a part that fails together with what passes, until one treatment is left. Both halves run at the same time until one of them
 * shows where the culprit is: it fails, or the other one passes, or neither has failed after a time in which the whole did. That the
 * last one is taken for a success is a guess that only leads the search: what is not the culprit after all is brought back by
 * being tried alone, and what remains of the group has to pass.
 */
async function searchPart(
  passing: readonly TreatedFeature[],
  part: readonly TreatedFeature[],
  patienceSeconds: number,
  trial: GroupTrial,
): Promise<SearchedPart> {
  let failing = part;
  /** What fails together with `failing` and is believed not to hold the culprit. */
  let others = passing;
  let innocent: readonly TreatedFeature[] = [];
  while (failing.length > 1) {
    const middle = Math.ceil(failing.length / 2);
    const [left, right] = [failing.slice(0, middle), failing.slice(middle)];
    const first = await trial.race(
      [left, right].map((half) => [...others, ...half]),
      patienceSeconds,
    );
    const [chosen, other] = first?.index === 1 ? [right, left] : [left, right];
    if (first?.works === false) {
      failing = chosen;
      continue;
    }
    others = [...others, ...chosen];
    innocent = first?.works ? others.slice(passing.length) : innocent;
    failing = other;
  }
  return { culprit: failing[0] as TreatedFeature, innocent };
}
