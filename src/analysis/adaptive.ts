// SPDX-License-Identifier: GPL-3.0-or-later
import { waitForAll } from "../run-all.js";
import { toTreatmentResult } from "./exhaustive.js";
import { type Experiment, type Experimenter, type ExperimentResult, identifyTreated } from "./experiment.js";
import {
  type AnalyzedFeature,
  decideVerdict,
  type Feature,
  type Treatment,
  type TreatmentResult,
  type UsedFeature,
} from "./feature.js";
import { findPassingGroup, type GroupRun } from "./group-search.js";
import { Patience } from "./patience.js";
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

/** So many suspects of a failure are tried alone before it is looked for among all. */
const TRIED_SUSPECTS = 2;

type Results = Map<string, TreatmentResult>;

function treat(features: readonly Feature[], treatment: Treatment): Experiment {
  return { treated: features.map((feature) => ({ feature, treatment })) };
}

/** The search while it goes on. */
class AdaptiveSearch {
  readonly #results: Readonly<Record<Treatment, Results>> = { stub: new Map(), fake: new Map() };
  readonly #proofs: Promise<void>[] = [];
  /** Those of them that decide which features are faked in groups. */
  readonly #stubProofs: Promise<void>[] = [];
  readonly #alone = new Set<string>();
  readonly #patience: Patience;
  /** Stubs that were taken out of a group and then worked alone. */
  #wrongBlames = 0;

  constructor(
    private readonly experimenter: Experimenter,
    private readonly prior: Prior,
  ) {
    this.#patience = new Patience(experimenter.passSeconds);
  }

  /** All of what was found of a treatment. */
  resultOf(feature: Feature, treatment: Treatment): TreatmentResult {
    const result = this.#results[treatment].get(feature.name);
    if (result === undefined) {
      throw new Error(`nothing is known about ${identifyTreated({ feature, treatment })}`);
    }
    return result;
  }

  /**
   * Stubs everything at once; each call that is taken out is tried alone at the same time. What could be stubbed is then faked as
   * one group, and as another one what proved stubbable alone, and what is known to be often fakeable.
   */
  async search(features: readonly Feature[]): Promise<void> {
    const hopeless = features.filter((feature) => (this.prior.estimate(feature, "stub") ?? 1) < IMPROBABLE);
    hopeless.map((feature) => this.#stubAlone(feature, this.#tryOut(feature, "stub")));
    const first = features.filter((feature) => !hopeless.includes(feature));
    const stubbed = await this.#searchStubs(first);
    await waitForAll([this.#searchFakes(stubbed), this.#searchOtherFakes(features, stubbed)]);
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
   * Runs to the end what only seemed to work: everything avoidable at once, and what can be faked as well as stubbed, faked at once.
   * Both have to be run in any case. Where one of them fails, what it should have shown is searched again without haste.
   */
  async confirmLeads(features: readonly Feature[]): Promise<void> {
    const leads = { stub: this.#listLeads(features, "stub"), fake: this.#listLeads(features, "fake") };
    if (leads.stub.length + leads.fake.length === 0) {
      return;
    }
    const stubbed = features.filter((feature) => this.resultOf(feature, "stub").works);
    const faked = features.filter((feature) => this.resultOf(feature, "fake").works);
    const onlyFaked = faked.filter((feature) => !stubbed.includes(feature));
    const both = faked.filter((feature) => stubbed.includes(feature));
    const leadsAmong = (members: readonly Feature[]): readonly Feature[] =>
      leads.fake.filter((feature) => members.includes(feature));
    const joint = { treated: [...treat(stubbed, "stub").treated, ...treat(onlyFaked, "fake").treated] };
    const [jointWorks, bothWork] = await waitForAll([this.#runToEnd(joint), this.#runToEnd(treat(both, "fake"))]);
    if (bothWork) {
      this.#record(leadsAmong(both), "fake", 1);
    }
    if (jointWorks) {
      this.#record(leads.stub, "stub", 1);
      this.#record(leadsAmong(onlyFaked), "fake", 1);
    } else {
      await this.#searchStubs(leads.stub);
      await this.finishProofs();
    }
    await this.#searchFakes(this.#listLeads(features, "fake"));
    await this.finishProofs();
  }

  /** Whether it works; a failure shows that no time is too long to fail in. */
  async #runToEnd(experiment: Experiment): Promise<boolean> {
    if (experiment.treated.length === 0) {
      return true;
    }
    const { works } = await this.experimenter.run(experiment, 1);
    if (!works) {
      this.#patience.note(this.experimenter.passSeconds);
    }
    return works;
  }

  /** Features with a treatment that went well for some time, and was not run to the end. */
  #listLeads(features: readonly Feature[], treatment: Treatment): readonly Feature[] {
    return features.filter((feature) => {
      const result = this.#results[treatment].get(feature.name);
      return result?.works === true && result.runs === 0;
    });
  }

  async #searchStubs(group: readonly Feature[]): Promise<readonly Feature[]> {
    return this.#searchGroup(group, "stub", (dropped) => this.#stubAlone(dropped, this.#proveAlone(dropped, "stub")));
  }

  async #searchFakes(group: readonly Feature[]): Promise<readonly Feature[]> {
    return this.#searchGroup(group, "fake", (dropped) => {
      this.#proveAlone(dropped, "fake");
    });
  }

  async #searchOtherFakes(features: readonly Feature[], stubbed: readonly Feature[]): Promise<void> {
    await Promise.all(this.#stubProofs);
    await this.#searchFakes(
      features.filter(
        (feature) => !stubbed.includes(feature) && !this.#alone.has(identifyTreated({ feature, treatment: "fake" })),
      ),
    );
  }

  /**
   * What cannot be stubbed can seldom be faked: it is then faked alone, too, except for what is known to go often; what was
   * suspected by mistake goes into the group of fakes with the others.
   */
  #stubAlone(feature: Feature, stubbing: Promise<TreatmentResult>): void {
    const proof = stubbing.then(({ works }) => {
      this.#wrongBlames += works ? 1 : 0;
      const isKnown = (this.#results.fake.get(feature.name)?.runs ?? 0) > 0;
      if (!works && !isKnown && !this.#isOftenFakeable(feature)) {
        this.#proveAlone(feature, "fake");
      }
    });
    // Its error is that of the stub, which is waited for.
    proof.catch(() => undefined);
    this.#stubProofs.push(proof);
  }

  #isOftenFakeable(feature: Feature): boolean {
    return (this.prior.estimate(feature, "fake") ?? 0) > PROBABLE;
  }

  /** Treats a whole group, and takes out what makes it fail until the rest passes. */
  async #searchGroup(
    features: readonly Feature[],
    treatment: Treatment,
    onDropped: (feature: Feature) => void,
  ): Promise<readonly Feature[]> {
    let runs = 1;
    const passing = await findPassingGroup(features, {
      passSeconds: this.experimenter.passSeconds,
      probe: async (group) => {
        const result = await this.experimenter.probe(treat(group, treatment), this.#patience.seconds);
        this.#learn(result);
        runs = result.works ? result.runs : runs;
        const suspects = result.suspects.map(({ feature }) => feature);
        return { works: result.works, culprit: result.culprit?.feature, suspects, seconds: result.seconds };
      },
      race: (groups, patienceSeconds) =>
        this.experimenter.race(
          groups.map((group) => treat(group, treatment)),
          patienceSeconds,
        ),
      findGuilty: (failed, patienceSeconds) => this.#findGuilty(failed, treatment, patienceSeconds),
      onDropped,
    });
    this.#record(passing, treatment, runs);
    return passing;
  }

  /**
   * Whom a stub's failure points at is nearly always the culprit; of a fake, whose false success does its damage later, every
   * other time. So suspects have to fail alone, too, which costs nothing where they are guilty, as that run has to be made anyway; except for
   * stubs that fail so early that the next group is better not kept waiting.
   */
  async #findGuilty(
    { culprit, suspects }: GroupRun,
    treatment: Treatment,
    patienceSeconds: number,
  ): Promise<Feature | undefined> {
    const failsSoon = patienceSeconds < this.experimenter.passSeconds / 2;
    if (treatment === "stub" && failsSoon && this.#wrongBlames < MOST_WRONG_BLAMES && culprit === suspects[0]) {
      return culprit;
    }
    const tried = suspects.slice(0, TRIED_SUSPECTS);
    const failed = await this.experimenter.findFailingSoon(
      tried.map((suspect) => treat([suspect], treatment)),
      patienceSeconds,
    );
    return failed === undefined ? undefined : tried[failed];
  }

  #record(features: readonly Feature[], treatment: Treatment, runs: number): void {
    for (const feature of features) {
      this.#results[treatment].set(feature.name, { works: true, runs });
    }
  }

  #learn({ works, seconds }: ExperimentResult): void {
    if (!works) {
      this.#patience.note(seconds);
    }
  }

  /** Treats a feature alone for as long as that is a lead. */
  #tryOut(feature: Feature, treatment: Treatment): Promise<TreatmentResult> {
    return this.#judgeAlone(
      feature,
      treatment,
      this.experimenter.tryOut(treat([feature], treatment), this.#patience.seconds),
    );
  }

  /** Treats a feature alone, to the end. */
  #proveAlone(feature: Feature, treatment: Treatment): Promise<TreatmentResult> {
    return this.#judgeAlone(feature, treatment, this.experimenter.run(treat([feature], treatment), 1));
  }

  #judgeAlone(feature: Feature, treatment: Treatment, running: Promise<ExperimentResult>): Promise<TreatmentResult> {
    this.#alone.add(identifyTreated({ feature, treatment }));
    const proof = running.then((experimentResult) => {
      this.#learn(experimentResult);
      const result = toTreatmentResult(experimentResult);
      this.#results[treatment].set(feature.name, result);
      return result;
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
 * early; so everything is treated at once, and what makes the group fail is taken out by what it is suspected of. Each call that
 * was taken out is tried alone, which proves it required or brings it back. In long suites a run that goes on for longer than
 * failures do is a lead, which is not waited for: what the leads make of everything is run to the end at last. Successes are repeated by
 * the joint confirmation.
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
      await search.search(features.filter((feature) => feature.kind === kind));
    }
    await search.finishProofs();
    await search.confirmLeads(features);
  } catch (error) {
    // Nothing goes on behind the caller's back; what fails now comes after what has failed.
    await search.finishProofs().catch(() => undefined);
    throw error;
  }
  return used.map((entry) => {
    const [stub, fake] = [search.resultOf(entry.feature, "stub"), search.resultOf(entry.feature, "fake")];
    return { ...entry, verdict: decideVerdict(stub, fake), stub, fake };
  });
}
