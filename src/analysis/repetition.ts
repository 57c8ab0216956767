// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
import type { Confirmation } from "./analysis.js";
import { toTreatmentResult } from "./exhaustive.js";
import type { Experimenter } from "./experiment.js";
import { type AnalyzedFeature, decideVerdict, type Feature, type Treatment, type TreatmentResult } from "./feature.js";

/** What repeating a treatment showed, by the names of features. */
export type Repetition = ReadonlyMap<string, TreatmentResult>;

/**
 * Repeats a treatment that worked for each of these features as often as there are replicas: for all at once and, where they do
 * not go together, for parts. One that fails alone does not work, though it did once: one failing replica decides.
 */
export async function repeatTogether(
  features: readonly Feature[],
  treatment: Treatment,
  experimenter: Experimenter,
): Promise<Repetition> {
  if (features.length === 0) {
    return new Map();
  }
  const result = await experimenter.run({ treated: features.map((feature) => ({ feature, treatment })) });
  if (result.works || features.length === 1) {
    return new Map(features.map(({ name }) => [name, toTreatmentResult(result)]));
  }
  const middle = Math.ceil(features.length / 2);
  const halves = await runAll([features.slice(0, middle), features.slice(middle)], (half) =>
    repeatTogether(half, treatment, experimenter),
  );
  return new Map(halves.flatMap((half) => [...half]));
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
