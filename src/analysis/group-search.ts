// SPDX-License-Identifier: GPL-3.0-or-later
import type { Feature } from "./feature.js";

/** How a group is tried out. */
export interface GroupTrial {
  /** Treats features at once; `suspect` is whom a failure is blamed on, where that can be told. */
  readonly probe: (
    features: readonly Feature[],
  ) => Promise<{ readonly works: boolean; readonly suspect?: Feature | undefined }>;
  /** Whether a suspect may be taken for the culprit. */
  readonly isGuilty: (suspect: Feature) => Promise<boolean>;
  /** Told of each feature that was taken out. */
  readonly onDropped: (feature: Feature) => void;
}

/** What a part of a group that does not pass turned out to hold. */
interface SearchedPart {
  readonly culprit: Feature;
  /** Features of the part that pass together with all that passed before. */
  readonly innocent: readonly Feature[];
}

/**
 * Finds a part of a group that passes when it is treated at once, as large as the order of the group allows. As long as failures
 * have a suspect, the whole group is tried again without it: a failing run ends early, so that a group costs about one passing
 * run. Where failures have none, part after part is added to what passes, smaller ones after a failure, larger ones after a
 * success (generalized binary splitting: Hwang, "A Method for Detecting All Defective Members in a Population by Group Testing",
 * JASA 67(339), 1972).
 */
export async function findPassingGroup(group: readonly Feature[], trial: GroupTrial): Promise<readonly Feature[]> {
  let passing: readonly Feature[] = [];
  let rest = group;
  let size = rest.length;
  while (rest.length > 0) {
    const part = rest.slice(0, size);
    const { works, suspect } = await trial.probe([...passing, ...part]);
    if (works) {
      passing = [...passing, ...part];
      rest = rest.slice(part.length);
      size *= 2;
      continue;
    }
    const guilty = await findGuilty(part, suspect, trial);
    const { culprit, innocent } =
      guilty === undefined ? await searchPart(passing, part, trial) : { culprit: guilty, innocent: [] };
    if (guilty === undefined) {
      size = Math.max(1, Math.floor(part.length / 2));
    }
    passing = [...passing, ...innocent];
    rest = rest.filter((feature) => feature !== culprit && !innocent.includes(feature));
    trial.onDropped(culprit);
  }
  return passing;
}

/** Halves a part that fails together with what passes; what passes on the way to the culprit is not lost. */
async function searchPart(
  passing: readonly Feature[],
  part: readonly Feature[],
  trial: GroupTrial,
): Promise<SearchedPart> {
  let failing = part;
  let innocent: readonly Feature[] = [];
  while (failing.length > 1) {
    const half = failing.slice(0, Math.ceil(failing.length / 2));
    const { works, suspect } = await trial.probe([...passing, ...innocent, ...half]);
    if (works) {
      innocent = [...innocent, ...half];
      // It fails together with all that passes now: that was the run that began this search, or the last one that failed.
      failing = failing.slice(half.length);
      continue;
    }
    failing = half;
    const guilty = await findGuilty(half, suspect, trial);
    if (guilty !== undefined) {
      return { culprit: guilty, innocent };
    }
  }
  return { culprit: failing[0] as Feature, innocent };
}

async function findGuilty(
  part: readonly Feature[],
  suspect: Feature | undefined,
  trial: GroupTrial,
): Promise<Feature | undefined> {
  return suspect !== undefined && part.includes(suspect) && (await trial.isGuilty(suspect)) ? suspect : undefined;
}
