// SPDX-License-Identifier: GPL-3.0-or-later
import { LoupeError } from "../errors.js";
import { runAll } from "../run-all.js";
import type { Confirmation } from "./analysis.js";
import { minimizeFailure } from "./delta-debugging.js";
import type { Experimenter, ExperimentResult, TreatedFeature } from "./experiment.js";
import { type AnalyzedFeature, decideVerdict, type Treatment, type Verdict } from "./feature.js";

/** The workload fails now and then by itself, which the baseline did not show. */
export class UnstableWorkloadError extends LoupeError {
  override readonly name = "UnstableWorkloadError";

  constructor(message: string) {
    super(message, 4);
  }
}

/** The features after the confirmation, which may have made some of them required. */
export interface ConfirmedFeatures {
  readonly features: readonly AnalyzedFeature[];
  readonly confirmation: Confirmation;
  /** Names of features that are avoidable alone but not together. */
  readonly conflicts: readonly (readonly string[])[];
}

const TREATMENT_OF: Readonly<Record<Verdict, Treatment | undefined>> = {
  required: undefined,
  stub: "stub",
  any: "stub",
  fake: "fake",
};

/** The joint set while it is being looked for. */
class JointSet {
  readonly #features = new Map<string, AnalyzedFeature>();
  /** Features whose verdict is `any` and that are faked because stubbing them does not go together with others. */
  readonly #fakedInstead = new Set<string>();

  constructor(features: readonly AnalyzedFeature[]) {
    for (const feature of features) {
      this.#features.set(feature.feature.name, feature);
    }
  }

  get features(): readonly AnalyzedFeature[] {
    return [...this.#features.values()];
  }

  get treated(): readonly TreatedFeature[] {
    return this.features.flatMap(({ feature, verdict }) => {
      const treatment = this.#fakedInstead.has(feature.name) ? "fake" : TREATMENT_OF[verdict];
      return treatment === undefined ? [] : [{ feature, treatment }];
    });
  }

  /** The same set with one stubbed feature faked, where its verdict allows that. */
  listAlternatives(culprit: readonly TreatedFeature[]): readonly (readonly TreatedFeature[])[] {
    return culprit
      .filter(({ feature, treatment }) => treatment === "stub" && this.#get(feature.name).verdict === "any")
      .map((flipped) => culprit.map((entry) => (entry === flipped ? { ...entry, treatment: "fake" as const } : entry)));
  }

  adopt(alternative: readonly TreatedFeature[]): void {
    for (const { feature, treatment } of alternative) {
      if (treatment === "fake" && this.#get(feature.name).verdict === "any") {
        this.#fakedInstead.add(feature.name);
      }
    }
  }

  /** A treatment that worked alone has now failed alone: one failing run decides. */
  recordFailureAlone({ feature, treatment }: TreatedFeature, reason: string | undefined): void {
    const entry = this.#get(feature.name);
    const failed = { works: false, runs: entry[treatment].runs + 1, ...(reason !== undefined && { reason }) };
    const updated = { ...entry, [treatment]: failed };
    this.#features.set(feature.name, { ...updated, verdict: decideVerdict(updated.stub, updated.fake) });
    this.#fakedInstead.delete(feature.name);
  }

  /**
   * Makes one feature of a conflict required. One is enough, as no smaller part of the conflict fails; a feature that needs a
   * fake goes first, because it is more work for an operating system than a stub.
   */
  giveUpOne(culprit: readonly TreatedFeature[]): void {
    const ordered = [...culprit].reverse();
    const given = ordered.find(({ feature }) => this.#get(feature.name).verdict === "fake") ?? ordered[0];
    if (given === undefined) {
      return;
    }
    const entry = this.#get(given.feature.name);
    const others = culprit.filter((other) => other !== given).map(({ feature }) => feature.name);
    const reason = `works alone, but not together with ${others.join(", ")}`;
    const explain = (treatment: Treatment): AnalyzedFeature[Treatment] =>
      entry[treatment].works ? { ...entry[treatment], reason } : entry[treatment];
    this.#features.set(given.feature.name, {
      ...entry,
      verdict: "required",
      stub: explain("stub"),
      fake: explain("fake"),
    });
    this.#fakedInstead.delete(given.feature.name);
  }

  #get(name: string): AnalyzedFeature {
    const feature = this.#features.get(name);
    if (feature === undefined) {
      throw new Error(`feature ${name} is not part of the joint set`);
    }
    return feature;
  }
}

function listNames(treated: readonly TreatedFeature[], treatment: Treatment): readonly string[] {
  return treated.filter((entry) => entry.treatment === treatment).map(({ feature }) => feature.name);
}

/**
 * What of a conflict fails without the others as well. A treatment that works now and then looks like a conflict with
 * whatever it happened to fail with, so each is run alone as often again as there are replicas.
 */
async function findFailingAlone(
  culprit: readonly TreatedFeature[],
  experimenter: Experimenter,
): Promise<readonly [TreatedFeature, ExperimentResult] | undefined> {
  const results = await runAll(
    culprit,
    async (treated) => [treated, await experimenter.repeat({ treated: [treated] }, experimenter.replicas)] as const,
  );
  return results.find(([, { works }]) => !works);
}

/** Takes what makes a failing set fail out of it, with as few features as possible becoming required. */
async function resolveFailure(
  joint: JointSet,
  failed: ExperimentResult,
  experimenter: Experimenter,
): Promise<readonly string[] | undefined> {
  const culprit = await minimizeFailure(failed.experiment.treated, (subsets) =>
    experimenter.findFailing(subsets.map((treated) => ({ treated }))),
  );
  const [only] = culprit;
  if (only !== undefined && culprit.length === 1) {
    const { reason } = await experimenter.run({ treated: culprit }, 1);
    joint.recordFailureAlone(only, reason ?? failed.reason);
    return undefined;
  }
  for (const alternative of joint.listAlternatives(culprit)) {
    if ((await experimenter.run({ treated: alternative })).works) {
      joint.adopt(alternative);
      return undefined;
    }
  }
  const alone = await findFailingAlone(culprit, experimenter);
  if (alone !== undefined) {
    const [treated, { reason }] = alone;
    joint.recordFailureAlone(treated, reason);
    return undefined;
  }
  joint.giveUpOne(culprit);
  return culprit.map(({ feature }) => feature.name);
}

/**
 * Runs everything avoidable at once, as often as there are replicas. When that fails, a smallest conflicting set is found, and
 * one of its features is faked instead of stubbed or, where that does not help, becomes required; this is repeated until a
 * joint set has passed. Avoidability is not monotone, so nothing is inferred from the verdicts of features alone.
 */
export async function confirmJointly(
  features: readonly AnalyzedFeature[],
  experimenter: Experimenter,
): Promise<ConfirmedFeatures> {
  const joint = new JointSet(features);
  const conflicts: (readonly string[])[] = [];
  for (;;) {
    const { treated } = joint;
    const result = await experimenter.run({ treated });
    if (result.works) {
      const confirmation = {
        stubbed: listNames(treated, "stub"),
        faked: listNames(treated, "fake"),
        replicas: result.runs,
        passed: true,
      };
      return { features: joint.features, confirmation, conflicts };
    }
    if (treated.length === 0) {
      throw new UnstableWorkloadError(result.reason ?? "the workload failed with nothing interposed");
    }
    const conflict = await resolveFailure(joint, result, experimenter);
    if (conflict !== undefined) {
      conflicts.push(conflict);
    }
  }
}
