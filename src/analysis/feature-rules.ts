// SPDX-License-Identifier: GPL-3.0-or-later
import type { Architecture } from "../tracing/syscall-table.js";
import type { Rule, RuleTarget } from "../tracing/trace-request.js";
import type { Experiment, TreatedFeature } from "./experiment.js";
import type { Feature, FeatureKind } from "./feature.js";
import { targetsForPseudoFile } from "./pseudo-files.js";
import { ruleForSubFeature } from "./sub-features/rules.js";

/** Rules, and which treated feature each of them is for. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** The owner of each rule, by the rule's index. */
  readonly owners: readonly TreatedFeature[];
}

/** Of the rules that match a call the first wins: what is more special goes first. */
const ORDER: Readonly<Record<FeatureKind, number>> = { "pseudo-file": 0, "sub-feature": 1, syscall: 2 };

function toTargets(feature: Feature, architecture: Architecture): readonly RuleTarget[] {
  switch (feature.kind) {
    case "syscall":
      // By number: names that the tracer does not know have one too.
      return [{ kind: "syscall", call: feature.number ?? feature.name }];
    case "pseudo-file":
      return targetsForPseudoFile(feature);
    case "sub-feature":
      return [ruleForSubFeature(feature.name, architecture)];
  }
}

/** The tracer's rules for an experiment. */
export function toRules({ treated }: Experiment, architecture: Architecture): RuleSet {
  const pairs = [...treated]
    .sort((left, right) => ORDER[left.feature.kind] - ORDER[right.feature.kind])
    .flatMap((owner) =>
      toTargets(owner.feature, architecture).map((target) => ({
        owner,
        rule: { action: { kind: owner.treatment }, target },
      })),
    );
  return { rules: pairs.map(({ rule }) => rule), owners: pairs.map(({ owner }) => owner) };
}

/** An experiment in a few words: `stub openat`, or `12 features` for a joint one. */
export function describeExperiment({ treated }: Experiment): string {
  const describe = ({ feature, treatment }: TreatedFeature): string => `${treatment} ${feature.name}`;
  if (treated.length === 0) {
    return "nothing treated";
  }
  return treated.length <= 3 ? treated.map(describe).join(" + ") : `${treated.length} features at once`;
}
