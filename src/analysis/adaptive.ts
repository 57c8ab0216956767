// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
import { toTreatmentResult } from "./exhaustive.js";
import { type Experimenter, identifyTreated, type TreatedFeature } from "./experiment.js";
import {
  type AnalyzedFeature,
  decideVerdict,
  type Feature,
  type Treatment,
  type TreatmentResult,
  type UsedFeature,
} from "./feature.js";
import { findPassingGroup } from "./group-search.js";
import type { Prior } from "./prior.js";

/** Above this probability a call that cannot be stubbed goes into a group; below, it is tried alone. */
const PROBABLE = 0.5;

/**
 * Below this probability a call is tried alone and not in the first group. Alone, it costs a passing run where it works; in a
 * group, where it fails, some two and a half (three times in ten there is no suspect), and a failing run alone in both cases.
 */
const IMPROBABLE = 0.4;

/** As long as no more stubs than this were blamed by mistake, the blame alone is enough. */
const MOST_WRONG_BLAMES = 2;

type Results = Map<string, TreatmentResult>;

function treat(features: readonly Feature[], treatment: Treatment): { readonly treated: readonly TreatedFeature[] } {
  return { treated: features.map((feature) => ({ feature, treatment })) };
}

/** The search while it goes on. */
class AdaptiveSearch {
  readonly #results: Readonly<Record<Treatment, Results>> = { stub: new Map(), fake: new Map() };
  readonly #proofs: Promise<void>[] = [];
  /** Those of them that decide which features are faked in groups. */
  readonly #stubProofs: Promise<void>[] = [];
  readonly #alone = new Set<string>();
  /** Stubs that were taken out of a group and then worked alone. */
  #wrongBlames = 0;

  constructor(
    private readonly experimenter: Experimenter,
    private readonly prior: Prior,
  ) {}

  /** All of what was found of a treatment. */
  resultOf(feature: Feature, treatment: Treatment): TreatmentResult {
    const result = this.#results[treatment].get(feature.name);
    if (result === undefined) {
      throw new Error(`nothing is known about ${identifyTreated({ feature, treatment })}`);
    }
    return result;
  }

  /** Stubs everything at once; each call that is taken out is tried alone at the same time. */
  async searchStubs(features: readonly Feature[]): Promise<void> {
    const hopeless = features.filter((feature) => (this.prior.estimate(feature, "stub") ?? 1) < IMPROBABLE);
    hopeless.map((feature) => this.#proveRequired(feature));
    const first = features.filter((feature) => !hopeless.includes(feature));
    this.#record(await this.#findGroup(first, "stub", (dropped) => this.#proveRequired(dropped)), "stub");
  }

  /** Fakes what could be stubbed as one group, and what is known to be often fakeable as another. */
  async searchFakes(features: readonly Feature[]): Promise<void> {
    await Promise.all(this.#stubProofs);
    const open = features.filter((feature) => !this.#results.fake.has(feature.name) && !this.#isTriedAlone(feature));
    const stubbed = open.filter((feature) => this.#results.stub.get(feature.name)?.works === true);
    const others = open.filter((feature) => !stubbed.includes(feature));
    await runAll([stubbed, others], (group) => this.#searchFakeGroup(group));
  }

  /** Waits for everything that is tried alone, also where some of it fails; throws the first error. */
  async finishProofs(): Promise<void> {
    // A proof may start another one.
    for (let waitedFor = 0; waitedFor < this.#proofs.length; ) {
      const proofs = this.#proofs.slice(waitedFor);
      waitedFor += proofs.length;
      await Promise.allSettled(proofs);
    }
    await Promise.all(this.#proofs);
  }

  /**
   * Stubs a feature alone. What cannot be stubbed can seldom be faked: it is then faked alone, too, except for what is known to go
   * often; what was suspected by mistake goes into the group of fakes with the others.
   */
  #proveRequired(feature: Feature): void {
    const proof = this.#proveAlone(feature, "stub").then((works) => {
      if (!works && !this.#isOftenFakeable(feature)) {
        this.#proveAlone(feature, "fake");
      }
    });
    // Its error is that of the proof itself, which is waited for.
    proof.catch(() => undefined);
    this.#stubProofs.push(proof);
  }

  #isTriedAlone(feature: Feature): boolean {
    return this.#alone.has(identifyTreated({ feature, treatment: "fake" }));
  }

  #isOftenFakeable(feature: Feature): boolean {
    return (this.prior.estimate(feature, "fake") ?? 0) > PROBABLE;
  }

  async #searchFakeGroup(group: readonly Feature[]): Promise<void> {
    const avoidable = await this.#findGroup(group, "fake", (dropped) => {
      this.#proveAlone(dropped, "fake");
    });
    this.#record(avoidable, "fake");
  }

  /** Treats a whole group, and takes out what makes it fail until the rest passes. */
  #findGroup(
    features: readonly Feature[],
    treatment: Treatment,
    onDropped: (feature: Feature) => void,
  ): Promise<readonly Feature[]> {
    return findPassingGroup(features, {
      passSeconds: this.experimenter.passSeconds,
      probe: async (group) => {
        const { works, suspect, seconds } = await this.experimenter.probe(treat(group, treatment));
        return { works, suspect: suspect?.feature, seconds };
      },
      race: (groups, patienceSeconds) =>
        this.experimenter.race(
          groups.map((group) => treat(group, treatment)),
          patienceSeconds,
        ),
      isGuilty: (suspect, patienceSeconds) => this.#isGuilty(suspect, treatment, patienceSeconds),
      onDropped,
    });
  }

  /**
   * The suspect of a stub is nearly always the culprit; that of a fake, whose false success does its damage later, is so every
   * other time, and has to fail alone, too. So has a stub's where failures take long: each that is suspected by mistake costs another
   * of them, while its run alone, which has to be made anyway, costs nothing.
   */
  async #isGuilty(suspect: Feature, treatment: Treatment, patienceSeconds: number): Promise<boolean> {
    const failsSoon = patienceSeconds < this.experimenter.passSeconds;
    if (treatment === "stub" && failsSoon && this.#wrongBlames < MOST_WRONG_BLAMES) {
      return true;
    }
    return (await this.experimenter.race([treat([suspect], treatment)], patienceSeconds))?.works === false;
  }

  #record(features: readonly Feature[], treatment: Treatment): void {
    for (const feature of features) {
      this.#results[treatment].set(feature.name, { works: true, runs: 1 });
    }
  }

  /** Whether the treatment works. */
  #proveAlone(feature: Feature, treatment: Treatment): Promise<boolean> {
    this.#alone.add(identifyTreated({ feature, treatment }));
    const proof = this.experimenter.run(treat([feature], treatment), 1).then((result) => {
      this.#results[treatment].set(feature.name, toTreatmentResult(result));
      this.#wrongBlames += treatment === "stub" && result.works ? 1 : 0;
      return result.works;
    });
    const settled = proof.then(() => undefined);
    // The first error is thrown when the proofs are waited for; the others are not to end the process.
    settled.catch(() => undefined);
    this.#proofs.push(settled);
    return proof;
  }
}

/**
 * Finds the same verdicts as the exhaustive method for the cost of a few passing runs. A failing run is cheap, because it ends
 * early; so everything is treated at once, and what makes the group fail is taken out by the tracer's last interposed call.
 * Each call that was taken out is tried alone, which proves it required or brings it back. Successes are repeated by the joint
 * confirmation.
 */
export async function searchAdaptively(
  used: readonly UsedFeature[],
  experimenter: Experimenter,
  prior: Prior,
): Promise<readonly AnalyzedFeature[]> {
  const search = new AdaptiveSearch(experimenter, prior);
  const features = used.map(({ feature }) => feature);
  try {
    for (const kind of new Set(features.map((feature) => feature.kind))) {
      const ofKind = features.filter((feature) => feature.kind === kind);
      await search.searchStubs(ofKind);
      await search.searchFakes(ofKind);
    }
  } catch (error) {
    // Nothing goes on behind the caller's back; what fails now comes after what has failed.
    await search.finishProofs().catch(() => undefined);
    throw error;
  }
  await search.finishProofs();
  return used.map((entry) => {
    const [stub, fake] = [search.resultOf(entry.feature, "stub"), search.resultOf(entry.feature, "fake")];
    return { ...entry, verdict: decideVerdict(stub, fake), stub, fake };
  });
}
