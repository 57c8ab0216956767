// SPDX-License-Identifier: GPL-3.0-or-later

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
import type { Prior } from "./prior.js";

/** Above this probability a call that cannot be stubbed goes into a group; below, it is tried alone. */
const PROBABLE = 0.5;

/** Below this probability a call is not worth a place in the first group: it would make it fail. */
const IMPROBABLE = 0.1;

type Results = Map<string, TreatmentResult>;

/** What a group run has shown of its members. */
interface Grouping {
  /** They passed together. */
  readonly avoidable: readonly Feature[];
  /** What was taken out until the rest passed. */
  readonly dropped: readonly Feature[];
}

function treat(features: readonly Feature[], treatment: Treatment): { readonly treated: readonly TreatedFeature[] } {
  return { treated: features.map((feature) => ({ feature, treatment })) };
}

/**
 * Treats a whole group, and takes out one suspect after the other until the rest passes. A failing run ends early, so that the
 * group costs about one passing run. Where a failure has no suspect, half of the group is taken out.
 */
async function findGroup(
  features: readonly Feature[],
  treatment: Treatment,
  experimenter: Experimenter,
  onDropped: (features: readonly Feature[]) => void,
): Promise<Grouping> {
  let group = features;
  const dropped: Feature[] = [];
  while (group.length > 0) {
    const { works, suspect } = await experimenter.probe(treat(group, treatment));
    if (works) {
      break;
    }
    const blamed = group.filter((feature) => feature === suspect?.feature);
    const taken = blamed.length > 0 ? blamed : group.slice(Math.floor(group.length / 2));
    group = group.filter((feature) => !taken.includes(feature));
    dropped.push(...taken);
    onDropped(taken);
  }
  return { avoidable: group, dropped };
}

/** The search while it goes on. */
class AdaptiveSearch {
  readonly #results: Readonly<Record<Treatment, Results>> = { stub: new Map(), fake: new Map() };
  readonly #proofs: Promise<void>[] = [];

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
    const proveRequired = (dropped: readonly Feature[]): void => {
      this.#proveAlone(dropped, "stub");
      // What cannot be stubbed can seldom be faked: it is tried alone, except for what is known to go often.
      this.#proveAlone(
        dropped.filter((feature) => !this.#isOftenFakeable(feature)),
        "fake",
      );
    };
    proveRequired(hopeless);
    const first = features.filter((feature) => !hopeless.includes(feature));
    const { avoidable } = await findGroup(first, "stub", this.experimenter, proveRequired);
    this.#record(avoidable, "stub");
  }

  /** Fakes what could be stubbed as one group, and what is known to be often fakeable as another. */
  async searchFakes(features: readonly Feature[]): Promise<void> {
    const open = features.filter((feature) => !this.#results.fake.has(feature.name) && !this.#isTriedAlone(feature));
    const stubbed = open.filter((feature) => this.#results.stub.get(feature.name)?.works === true);
    await this.#searchFakeGroup(stubbed);
    await this.#searchFakeGroup(open.filter((feature) => !stubbed.includes(feature)));
  }

  /** Waits for everything that is tried alone. */
  async finishProofs(): Promise<void> {
    for (let index = 0; index < this.#proofs.length; index++) {
      await this.#proofs[index];
    }
  }

  readonly #alone = new Set<string>();

  #isTriedAlone(feature: Feature): boolean {
    return this.#alone.has(identifyTreated({ feature, treatment: "fake" }));
  }

  #isOftenFakeable(feature: Feature): boolean {
    return (this.prior.estimate(feature, "fake") ?? 0) > PROBABLE;
  }

  async #searchFakeGroup(group: readonly Feature[]): Promise<void> {
    const prove = (dropped: readonly Feature[]): void => this.#proveAlone(dropped, "fake");
    const { avoidable } = await findGroup(group, "fake", this.experimenter, prove);
    this.#record(avoidable, "fake");
  }

  #record(features: readonly Feature[], treatment: Treatment): void {
    for (const feature of features) {
      this.#results[treatment].set(feature.name, { works: true, runs: 1 });
    }
  }

  #proveAlone(features: readonly Feature[], treatment: Treatment): void {
    for (const feature of features) {
      this.#alone.add(identifyTreated({ feature, treatment }));
      const proof = this.experimenter.run(treat([feature], treatment), 1).then((result) => {
        this.#results[treatment].set(feature.name, toTreatmentResult(result));
      });
      // The first error is thrown when the proofs are waited for; the others are not to end the process.
      proof.catch(() => undefined);
      this.#proofs.push(proof);
    }
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
  for (const kind of new Set(features.map((feature) => feature.kind))) {
    const ofKind = features.filter((feature) => feature.kind === kind);
    await search.searchStubs(ofKind);
    await search.searchFakes(ofKind);
  }
  await search.finishProofs();
  return used.map((entry) => {
    const [stub, fake] = [search.resultOf(entry.feature, "stub"), search.resultOf(entry.feature, "fake")];
    return { ...entry, verdict: decideVerdict(stub, fake), stub, fake };
  });
}
