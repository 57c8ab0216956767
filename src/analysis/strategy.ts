// SPDX-License-Identifier: GPL-3.0-or-later
import type { Experimenter } from "./experiment.js";
import type { AnalyzedFeature, UsedFeature } from "./feature.js";
import type { Prior } from "./prior.js";

/** A way to find the verdict of every used feature. It keeps the order of the features. */
export type Strategy = (
  used: readonly UsedFeature[],
  experimenter: Experimenter,
  prior: Prior,
) => Promise<readonly AnalyzedFeature[]>;
