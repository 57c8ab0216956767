// SPDX-License-Identifier: GPL-3.0-or-later
import type { Experimenter } from "./experiment.js";
import type { AnalyzedFeature, UsedFeature } from "./feature.js";

/** A way to find the verdict of every used feature, each tried alone. It keeps the order of the features. */
export type Strategy = (
  used: readonly UsedFeature[],
  experimenter: Experimenter,
) => Promise<readonly AnalyzedFeature[]>;
