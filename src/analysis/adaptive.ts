// SPDX-License-Identifier: GPL-3.0-or-later
import { waitForAll } from "../run-all.js";
import { toTreatmentResult } from "./exhaustive.js";
import { type Experimenter, type ExperimentResult, identifyTreated, type TreatedFeature } from "./experiment.js";
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
import { Proofs } from "./proofs.js";

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

function treat(features: readonly Feature[], treatment: Treatment): readonly TreatedFeature[] {
  return features.map((feature) => ({ feature, treatment }));
}

/** The search while it goes on. */
class AdaptiveSearch {
  readonly #results: Readonly<Record<Treatment, Results>> = { stub: new Map(), fake: new Map() };
  readonly #proofs = new Proofs();
  /** Those of them that decide which features are faked in groups. */
  readonly #stubProofs = new Proofs();
  readonly #alone = new Set<string>();
  /** For how long suspects went on alone without failing, in seconds. */
  readonly #outlived = new Map<string, number>();
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
    for (const treated of treat(hopeless, "stub")) {
      this.#takeOut(treated);
    }
    const first = features.filter((feature) => !hopeless.includes(feature));
    const stubbed = (await this.#searchGroup(treat(first, "stub"))).map(({ feature }) => feature);
    await waitForAll([this.#searchGroup(treat(stubbed, "fake")), this.#searchOtherFakes(features, stubbed)]);
  }

  /** Waits for everything that is tried alone, also where some of it fails; throws the first error. */
  async finishProofs(): Promise<void> {
    await this.#proofs.finish();
  }

  /**
   * Runs to the end what only seemed to work: everything avoidable at once, and what can be faked as well as stubbed, faked at once.
   * Both have to be run in any case. What makes one of them fail is taken out.
   */
  async confirmLeads(features: readonly Feature[]): Promise<void> {
    const works = ({ feature, treatment }: TreatedFeature): boolean => this.resultOf(feature, treatment).works;
    const isLead = ({ feature, treatment }: TreatedFeature): boolean => this.resultOf(feature, treatment).runs === 0;
    const stubs = treat(features, "stub").filter(works);
    const fakes = treat(features, "fake").filter(works);
    if (![...stubs, ...fakes].some(isLead)) {
      return;
    }
    const isStubbed = ({ feature }: TreatedFeature): boolean => this.resultOf(feature, "stub").works;
    const joint = [...stubs, ...fakes.filter((fake) => !isStubbed(fake))];
    const others = fakes.filter(isStubbed);
    this.#patience.end();
    // What is found on the way to the one may be what makes the other fail: that one is searched later, but run at the same time.
    await waitForAll([
      this.#searchGroup(joint),
      ...(others.length > 0 ? [this.experimenter.probe({ treated: others })] : []),
    ]);
    await this.finishProofs();
    await this.#searchGroup(others);
    await this.finishProofs();
  }

  async #searchOtherFakes(features: readonly Feature[], stubbed: readonly Feature[]): Promise<void> {
    await this.#stubProofs.finish();
    const others = features.filter((feature) => !stubbed.includes(feature));
    await this.#searchGroup(treat(others, "fake").filter((fake) => !this.#alone.has(identifyTreated(fake))));
  }

  /**
   * What is taken out of a group is tried alone. What cannot be stubbed can seldom be faked: it is then faked alone, too, except for
   * what is known to go often; what was suspected by mistake goes into the group of fakes with the others.
   */
  #takeOut(treated: TreatedFeature): void {
    const trying = this.#proveAlone(treated);
    if (treated.treatment === "fake") {
      return;
    }
    const { feature } = treated;
    const proof = trying.then(({ works }) => {
      this.#wrongBlames += works ? 1 : 0;
      const isKnown = (this.#results.fake.get(feature.name)?.runs ?? 0) > 0;
      if (!works && !isKnown && !this.#isOftenFakeable(feature)) {
        this.#proveAlone({ feature, treatment: "fake" });
      }
    });
    this.#stubProofs.add(proof);
  }

  #isOftenFakeable(feature: Feature): boolean {
    return (this.prior.estimate(feature, "fake") ?? 0) > PROBABLE;
  }

  /** Runs a whole group, and takes out what makes it fail until the rest passes. */
  async #searchGroup(group: readonly TreatedFeature[]): Promise<readonly TreatedFeature[]> {
    let runs = 1;
    const passing = await findPassingGroup(group, {
      passSeconds: this.experimenter.passSeconds,
      probe: async (treated) => {
        const result = await this.experimenter.probe({ treated }, this.#patience.of("group"));
        this.#learn(result);
        runs = result.works ? result.runs : runs;
        return result;
      },
      race: (groups, patienceSeconds) =>
        this.experimenter.race(
          groups.map((treated) => ({ treated })),
          patienceSeconds,
        ),
      findGuilty: (failed, patienceSeconds) => this.#findGuilty(failed, patienceSeconds),
      hasOutlived: (treated, seconds) => (this.#outlived.get(identifyTreated(treated)) ?? 0) > seconds,
      hasFailed: ({ feature, treatment }) => this.#results[treatment].get(feature.name)?.works === false,
      onDropped: (treated) => this.#takeOut(treated),
    });
    for (const { feature, treatment } of passing) {
      this.#results[treatment].set(feature.name, { works: true, runs });
    }
    return passing;
  }

  /**
   * Whom a stub's failure points at is nearly always the culprit; of a fake, whose false success does its damage later, every
   * other time. So suspects have to fail alone, too, which costs nothing where they are guilty, as that run has to be made anyway; except for
   * stubs that fail so early that the next group is better not kept waiting.
   */
  async #findGuilty({ culprit, suspects }: GroupRun, patienceSeconds: number): Promise<TreatedFeature | undefined> {
    const failsSoon = patienceSeconds < this.experimenter.passSeconds / 2;
    const isTrusted = culprit?.treatment === "stub" && culprit === suspects[0];
    if (isTrusted && failsSoon && this.#wrongBlames < MOST_WRONG_BLAMES) {
      return culprit;
    }
    const tried = suspects.slice(0, TRIED_SUSPECTS);
    const failed = await this.experimenter.findFailingSoon(
      tried.map((suspect) => ({ treated: [suspect] })),
      patienceSeconds,
    );
    if (failed !== undefined) {
      return tried[failed];
    }
    for (const suspect of tried) {
      this.#outlived.set(identifyTreated(suspect), patienceSeconds);
    }
    return undefined;
  }

  #learn({ works, seconds }: ExperimentResult): void {
    if (!works) {
      this.#patience.note(seconds);
    }
  }

  /** Tries a treatment alone; what outlives failures is a lead. */
  #proveAlone(treated: TreatedFeature): Promise<TreatmentResult> {
    this.#alone.add(identifyTreated(treated));
    const trying = this.experimenter.tryOut({ treated: [treated] }, () => this.#patience.of("alone"));
    const proof = trying.then((experimentResult) => {
      this.#learn(experimentResult);
      const result = toTreatmentResult(experimentResult);
      this.#results[treated.treatment].set(treated.feature.name, result);
      return result;
    });
    this.#proofs.add(proof);
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
