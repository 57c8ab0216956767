// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureMention, ListChange, ManifestDrift } from "./compare.js";
import type { Manifest } from "./schema.js";

/** Which drift is a finding: any, or only such after which a system has to do more. */
export type FailOn = "any" | "worse";

/** A list without the items that concern something ignored. */
function leaveOut<Item>(change: ListChange<Item>, concerns: (item: Item) => boolean): ListChange<Item> {
  return {
    gone: change.gone.filter((item) => !concerns(item)),
    new: change.new.filter((item) => !concerns(item)),
  };
}

function isEmpty({ gone, new: added }: ListChange<unknown>): boolean {
  return gone.length === 0 && added.length === 0;
}

/**
 * The drift without the features of these names: calls that a program makes in some runs only, such as futex. A conflict is left
 * out when one of its members is. Names that nothing has are no error: the next run may have them again.
 */
export function ignoreFeatures(drift: ManifestDrift, names: readonly string[]): ManifestDrift {
  const ignored = new Set(names);
  const isIgnored = (name: string): boolean => ignored.has(name);
  const left = {
    outcome: drift.outcome,
    features: leaveOut(drift.features, ({ name }) => isIgnored(name)),
    verdicts: drift.verdicts.filter(({ name }) => !isIgnored(name)),
    executables: drift.executables,
    stubbedTogether: leaveOut(drift.stubbedTogether, isIgnored),
    fakedTogether: leaveOut(drift.fakedTogether, isIgnored),
    conflicts: leaveOut(drift.conflicts, (members) => members.some(isIgnored)),
  };
  const { outcome, verdicts, ...lists } = left;
  const differs = outcome !== null || verdicts.length > 0 || !Object.values(lists).every(isEmpty);
  return { differs, ...left, circumstances: drift.circumstances };
}

function hasVerdicts(outcome: Manifest["outcome"]): boolean {
  return outcome === "analyzed";
}

/** A new feature costs nothing where refusing it is enough. Without a verdict nobody knows. */
function costs({ verdict }: FeatureMention): boolean {
  return verdict === null || verdict === "required" || verdict === "fake";
}

/** Whether the drift is a finding. worse: verdicts are lost or worse, or there is a new feature that cannot just be refused. */
export function isFinding(drift: ManifestDrift, failOn: FailOn): boolean {
  if (failOn === "any") {
    return drift.differs;
  }
  const { outcome, verdicts, features } = drift;
  return (
    (outcome !== null && !hasVerdicts(outcome.after)) ||
    verdicts.some(({ direction }) => direction === "worse") ||
    features.new.some(costs)
  );
}
