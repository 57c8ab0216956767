// SPDX-License-Identifier: GPL-3.0-or-later
import { waitForAll } from "../run-all.js";
import { toTreatmentResult } from "./exhaustive.js";
import { identifyTreated, type TreatedFeature } from "./experiment.js";
import type { Feature, Treatment, TreatmentResult } from "./feature.js";
import { Findings } from "./findings.js";
import type { Ground } from "./ground.js";
import { findPassingGroup, type GroupRun } from "./group-search.js";
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

/** Everything avoidable, as far as it is known: it has to pass together. */
export interface AvoidableGroups {
  /** Each avoidable feature once, stubbed where that works. */
  readonly joint: readonly TreatedFeature[];
  /** The fakes of those that can be faked as well. */
  readonly others: readonly TreatedFeature[];
}

export function treat(features: readonly Feature[], treatment: Treatment): readonly TreatedFeature[] {
  return features.map((feature) => ({ feature, treatment }));
}

/** What of the features can probably not be stubbed. */
export function listHopeless(features: readonly Feature[], prior: Prior): readonly Feature[] {
  return features.filter((feature) => (prior.estimate(feature, "stub") ?? 1) < IMPROBABLE);
}

/** The search while it goes on. */
export class AdaptiveSearch {
  readonly findings = new Findings();
  readonly #proofs = new Proofs();
  /** Those of them that decide which features are faked in groups. */
  readonly #stubProofs = new Proofs();
  readonly #alone = new Set<string>();
  /** How often a treatment was taken out of a group. */
  readonly #dropped = new Map<string, number>();
  /** Stubs that were taken out of a group and then worked alone. */
  #wrongBlames = 0;

  constructor(private readonly prior: Prior) {}

  /**
   * Stubs everything at once; each call that is taken out is tried alone at the same time. What could be stubbed is then faked as
   * one group, and as another one what proved stubbable alone, and what is known to be often fakeable.
   */
  async search(features: readonly Feature[], ground: Ground): Promise<void> {
    const hopeless = listHopeless(features, this.prior);
    for (const treated of treat(hopeless, "stub")) {
      this.#takeOut(treated, ground);
    }
    const first = features.filter((feature) => !hopeless.includes(feature));
    const stubbed = (await this.searchGroup(treat(first, "stub"), ground)).map(({ feature }) => feature);
    await waitForAll([
      this.searchGroup(treat(stubbed, "fake"), ground),
      this.#searchOtherFakes(features, stubbed, ground),
    ]);
  }

  /** Waits for everything that is tried alone, also where some of it fails; throws the first error. */
  async finishProofs(): Promise<void> {
    await this.#proofs.finish();
  }

  /** What of the features seems avoidable. */
  listAvoidable(features: readonly Feature[]): AvoidableGroups {
    const works = (treated: TreatedFeature): boolean => this.findings.works(treated);
    const stubs = treat(features, "stub").filter(works);
    const fakes = treat(features, "fake").filter(works);
    const isStubbed = ({ feature }: TreatedFeature): boolean => works({ feature, treatment: "stub" });
    return { joint: [...stubs, ...fakes.filter((fake) => !isStubbed(fake))], others: fakes.filter(isStubbed) };
  }

  /** How often a treatment was taken out of groups. */
  countDrops(treated: TreatedFeature): number {
    return this.#dropped.get(identifyTreated(treated)) ?? 0;
  }

  /** Runs a whole group, and takes out what makes it fail, which is looked for in the tests that are lost, until the rest passes. */
  async searchGroup(group: readonly TreatedFeature[], ground: Ground): Promise<readonly TreatedFeature[]> {
    const { experimenter } = ground;
    let narrow = ground;
    // Of what races have shown, on the whole by one run.
    let runs = ground.kind === "whole" ? 1 : 0;
    const passing = await findPassingGroup(group, {
      passSeconds: experimenter.passSeconds,
      probe: async (treated) => {
        const result = await experimenter.probe({ treated }, ground.patience.of("group"));
        ground.learn(result);
        runs = result.works ? result.runs : runs;
        narrow = await ground.narrow(result);
        return result;
      },
      race: (groups, patienceSeconds) =>
        narrow.experimenter.race(
          groups.map((treated) => ({ treated })),
          patienceSeconds,
        ),
      racesInPart: () => narrow !== ground,
      findGuilty: (failed, patienceSeconds) => this.#findGuilty(failed, patienceSeconds, narrow),
      hasOutlived: (treated, seconds) => narrow.hasOutlived(treated, seconds),
      hasFailed: (treated) => this.findings.hasFailed(treated),
      onDropped: (treated) => this.#takeOut(treated, narrow),
    });
    for (const treated of passing) {
      this.findings.note(treated, { works: true, runs });
    }
    return passing;
  }

  /** Tries a treatment alone; what outlives failures is a lead. */
  proveAlone(treated: TreatedFeature, ground: Ground): Promise<TreatmentResult> {
    this.#alone.add(identifyTreated(treated));
    const trying = ground.experimenter.tryOut({ treated: [treated] }, () => ground.patience.of("alone"));
    const proof = trying.then((experimentResult) => {
      ground.learn(experimentResult);
      const result = toTreatmentResult(experimentResult);
      this.findings.note(treated, result);
      return result;
    });
    this.#proofs.add(proof);
    return proof;
  }

  async #searchOtherFakes(features: readonly Feature[], stubbed: readonly Feature[], ground: Ground): Promise<void> {
    await this.#stubProofs.finish();
    const others = features.filter((feature) => !stubbed.includes(feature));
    const untried = treat(others, "fake").filter((fake) => !this.#alone.has(identifyTreated(fake)));
    await this.searchGroup(untried, ground);
  }

  /**
   * What is taken out of a group is tried alone. What cannot be stubbed can seldom be faked: it is then faked alone, too, except for
   * what is known to go often; what was suspected by mistake goes into the group of fakes with the others.
   */
  #takeOut(treated: TreatedFeature, ground: Ground): void {
    this.#dropped.set(identifyTreated(treated), this.countDrops(treated) + 1);
    const trying = this.proveAlone(treated, ground);
    if (treated.treatment === "fake") {
      return;
    }
    const fake: TreatedFeature = { ...treated, treatment: "fake" };
    const proof = trying.then(({ works }) => {
      this.#wrongBlames += works ? 1 : 0;
      const isKnown = (this.findings.find(fake)?.runs ?? 0) > 0;
      if (!works && !isKnown && !this.#isOftenFakeable(fake.feature)) {
        this.proveAlone(fake, ground);
      }
    });
    this.#stubProofs.add(proof);
  }

  #isOftenFakeable(feature: Feature): boolean {
    return (this.prior.estimate(feature, "fake") ?? 0) > PROBABLE;
  }

  /**
   * Whom a stub's failure points at is nearly always the culprit; of a fake, whose false success does its damage later, every
   * other time. So suspects have to fail alone, too, which costs nothing where they are guilty, as that run has to be made anyway; except for
   * stubs that fail so early, or in an excerpt, that the next group is better not kept waiting.
   */
  async #findGuilty(
    { culprit, suspects }: GroupRun,
    patienceSeconds: number,
    ground: Ground,
  ): Promise<TreatedFeature | undefined> {
    const failsSoon = ground.kind === "excerpt" || patienceSeconds < ground.experimenter.passSeconds / 2;
    const isTrusted = culprit?.treatment === "stub" && culprit === suspects[0];
    if (isTrusted && failsSoon && this.#wrongBlames < MOST_WRONG_BLAMES) {
      return culprit;
    }
    const tried = suspects.slice(0, TRIED_SUSPECTS);
    const failed = await ground.experimenter.findFailingSoon(
      tried.map((suspect) => ({ treated: [suspect] })),
      patienceSeconds,
    );
    if (failed !== undefined) {
      return tried[failed];
    }
    for (const suspect of tried) {
      ground.noteOutlived(suspect, patienceSeconds);
    }
    return undefined;
  }
}
