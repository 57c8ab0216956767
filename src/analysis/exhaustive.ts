// SPDX-License-Identifier: GPL-3.0-or-later
import type { Experimenter, ExperimentResult } from "./experiment.js";
import {
  type AnalyzedFeature,
  decideVerdict,
  type Feature,
  type Treatment,
  type TreatmentResult,
  type UsedFeature,
} from "./feature.js";

/** The part of an experiment's result that a verdict rests on. */
export function toTreatmentResult({ works, runs, reason }: ExperimentResult): TreatmentResult {
  return { works, runs, ...(reason !== undefined && { reason }) };
}

/**
 * The method of the paper (section 3.2): every used feature is stubbed in its own run and faked in its own run, and each run
 * is repeated. Nothing is assumed: also calls that obviously cannot be avoided are tried.
 */
export async function searchExhaustively(
  used: readonly UsedFeature[],
  experimenter: Experimenter,
): Promise<readonly AnalyzedFeature[]> {
  const tryAlone = async (feature: Feature, treatment: Treatment): Promise<TreatmentResult> =>
    toTreatmentResult(await experimenter.run({ treated: [{ feature, treatment }] }));
  const analyzed: AnalyzedFeature[] = [];
  for (const entry of used) {
    const stub = await tryAlone(entry.feature, "stub");
    const fake = await tryAlone(entry.feature, "fake");
    analyzed.push({ ...entry, verdict: decideVerdict(stub, fake), stub, fake });
  }
  return analyzed;
}
