// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
import type { AdaptiveSearch } from "./adaptive-search.js";
import type { ExperimentResult, TreatedFeature } from "./experiment.js";
import type { Ground } from "./ground.js";

type Group = readonly TreatedFeature[];

/** What passing runs have not put to use, a group for each of them. */
export function listIdleGroups(results: readonly ExperimentResult[]): readonly Group[] {
  return results.map(({ idle }) => idle).filter((group) => group.length > 0);
}

/** Tries each of a group alone where tests are lost, and, where none of it fails alone, looks for what makes the whole fail. */
async function searchFailing(
  { experiment, lost }: ExperimentResult,
  search: AdaptiveSearch,
  whole: Ground,
): Promise<void> {
  const { treated: group } = experiment;
  const excerpt = await whole.openLost(lost);
  if (excerpt !== undefined) {
    await runAll(group, (treated) => search.proveAlone(treated, excerpt));
  }
  await search.finishProofs();
  if (!group.some((treated) => search.findings.hasFailed(treated))) {
    await search.searchGroup(group, whole);
    await search.finishProofs();
  }
}

/**
 * Runs groups without what has kept them from being put to use. What then makes a group fail is looked for. Returns the groups of which
 * something is still to be said: the rest of one that failed, and what was kept from being used by others of its group.
 */
export async function judgeIdle(
  groups: readonly Group[],
  search: AdaptiveSearch,
  whole: Ground,
): Promise<readonly Group[]> {
  const left = await runAll(groups, async (group) => {
    const result = await whole.experimenter.survey({ treated: group });
    if (result.works) {
      return result.idle;
    }
    await searchFailing(result, search, whole);
    return group.filter((treated) => !search.findings.hasFailed(treated));
  });
  return left.filter((rest, index) => rest.length > 0 && rest.length < (groups[index]?.length ?? 0));
}

/** The same until nothing more can be said. */
export async function judgeAllIdle(groups: readonly Group[], search: AdaptiveSearch, whole: Ground): Promise<void> {
  for (let left = groups; left.length > 0; ) {
    left = await judgeIdle(left, search, whole);
  }
}
