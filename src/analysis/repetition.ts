// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
import type { Confirmation } from "./analysis.js";
import { toTreatmentResult } from "./exhaustive.js";
import type { Experimenter } from "./experiment.js";
import { type AnalyzedFeature, decideVerdict, type Feature, type Treatment, type TreatmentResult } from "./feature.js";

/** What repeating a treatment showed, by the names of features. */
export type Repetition = ReadonlyMap<string, TreatmentResult>;

/** How many passing runs a treatment that worked still lacks; those of the search count. */
function countMissing(feature: Feature, treatment: Treatment, experimenter: Experimenter): number {
  return Math.max(0, experimenter.replicas - experimenter.countPasses({ feature, treatment }));
}

/** Repeats a treatment for features some of which lack runs, all at once or in parts; what fails alone is in the result. */
async function findUnrepeatable(
  features: readonly Feature[],
  treatment: Treatment,
  experimenter: Experimenter,
): Promise<Repetition> {
  const missing = Math.max(0, ...features.map((feature) => countMissing(feature, treatment, experimenter)));
  if (missing === 0) {
    return new Map();
  }
  const experiment = { treated: features.map((feature) => ({ feature, treatment })) };
  const result = await experimenter.repeat(experiment, missing);
  if (result.works) {
    return new Map();
  }
  const [first] = features;
  if (first !== undefined && features.length === 1) {
    return new Map([[first.name, toTreatmentResult(result)]]);
  }
  const middle = Math.ceil(features.length / 2);
  const parts = await runAll([features.slice(0, middle), features.slice(middle)], (part) =>
    findUnrepeatable(part, treatment, experimenter),
  );
  return new Map(parts.flatMap((part) => [...part]));
}

/**
 * Sees to it that a treatment that worked for each of these features has worked in as many runs as there are replicas, alone or with
 * others, the runs of the search included. One that fails alone does not work, though it did before: one failing replica decides.
 */
export async function repeatTogether(
  features: readonly Feature[],
  treatment: Treatment,
  experimenter: Experimenter,
): Promise<Repetition> {
  // Also what lacks no runs: a group that was run before need not be run on the whole again.
  const failed = await findUnrepeatable(features, treatment, experimenter);
  const repeated = { works: true, runs: experimenter.replicas };
  return new Map(features.map(({ name }) => [name, failed.get(name) ?? repeated]));
}

function isConfirmed({ stubbed, faked }: Confirmation, { feature }: AnalyzedFeature, treatment: Treatment): boolean {
  return (treatment === "stub" ? stubbed : faked).includes(feature.name);
}

/** The features with what repetitions and the joint confirmation, which repeats all of its treatments, have shown. */
export function applyRepetitions(
  features: readonly AnalyzedFeature[],
  confirmation: Confirmation,
  repetitions: Readonly<Record<Treatment, Repetition>>,
): readonly AnalyzedFeature[] {
  const update = (entry: AnalyzedFeature, treatment: Treatment): TreatmentResult => {
    const before = entry[treatment];
    if (isConfirmed(confirmation, entry, treatment)) {
      return { ...before, runs: Math.max(before.runs, confirmation.replicas) };
    }
    const repeated = before.works ? repetitions[treatment].get(entry.feature.name) : undefined;
    return repeated === undefined ? before : { ...before, ...repeated };
  };
  return features.map((entry) => {
    const [stub, fake] = [update(entry, "stub"), update(entry, "fake")];
    // What a conflict has made required stays so.
    const isConflict = entry.verdict === "required" && (entry.stub.works || entry.fake.works);
    return { ...entry, verdict: isConflict ? "required" : decideVerdict(stub, fake), stub, fake };
  });
}
