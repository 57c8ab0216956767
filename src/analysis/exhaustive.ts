// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
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
  return runAll(used, async (entry) => {
    const [stub, fake] = [await tryAlone(entry.feature, "stub"), await tryAlone(entry.feature, "fake")];
    return { ...entry, verdict: decideVerdict(stub, fake), stub, fake };
  });
}
