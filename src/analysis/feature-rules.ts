// SPDX-License-Identifier: GPL-3.0-or-later
import type { Rule, RuleTarget } from "../tracing/trace-request.js";
import type { Experiment, TreatedFeature } from "./experiment.js";
import type { Feature } from "./feature.js";

function toTarget(feature: Feature): RuleTarget {
  switch (feature.kind) {
    case "syscall":
      // By number: names that the tracer does not know have one too.
      return { kind: "syscall", call: feature.number ?? feature.name };
    case "pseudo-file":
      return { kind: "path", path: feature.name };
    case "sub-feature":
      throw new Error(`sub-feature ${feature.name} has no rule`);
  }
}

/** The tracer's rules for an experiment. */
export function toRules(experiment: Experiment): readonly Rule[] {
  return experiment.treated.map(({ feature, treatment }) => ({
    action: { kind: treatment },
    target: toTarget(feature),
  }));
}

/** An experiment in a few words: `stub openat`, or `12 features` for a joint one. */
export function describeExperiment({ treated }: Experiment): string {
  const describe = ({ feature, treatment }: TreatedFeature): string => `${treatment} ${feature.name}`;
  return treated.length <= 3 ? treated.map(describe).join(" + ") : `${treated.length} features at once`;
}
