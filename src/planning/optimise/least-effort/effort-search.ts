// SPDX-License-Identifier: GPL-3.0-or-later
import { EffortBounds } from "./bound-efforts.js";
import { chooseJob } from "./choose-job.js";
import { type Aim, drawConclusions } from "./draw-conclusions.js";
import { FAKED, type FlatProblem, OPEN, type Side, STUBBED } from "./effort-problem.js";
import { type EffortLevel, type Leaf, LevelGroup } from "./level-group.js";
import { PartialChoice } from "./partial-choice.js";

/** Levels are looked at in so many groups: in larger ones fewer conclusions hold for all levels; in smaller ones work is done anew. */
const GROUPS = 10;
/** So many rounds make shares even: where there are none yet, for a group, and after each decision. */
const FIRST_ROUNDS = 60;
const GROUP_ROUNDS = 10;
const ROUNDS = 2;
/** How often conclusions and bounds follow from each other at a leaf. */
const MOST_CONCLUSIONS = 4;

/** Best-first search through decisions about jobs (branch and bound), for all levels, until so many elementary steps are used up. */
export class EffortSearch {
  readonly #problem: FlatProblem;
  readonly #bounds: EffortBounds;
  readonly #groups: readonly LevelGroup[];
  #leaves = 0;

  constructor(problem: FlatProblem, levels: readonly EffortLevel[]) {
    this.#problem = problem;
    this.#bounds = new EffortBounds(this.#problem);
    const none = PartialChoice.none(this.#problem);
    this.#bounds.bound(none, [], FIRST_ROUNDS);
    const size = Math.ceil(levels.length / GROUPS);
    const starts = levels.flatMap((_, index) => (index % size === 0 ? [index] : []));
    this.#groups = starts.map((start) => {
      const own = levels.slice(start, start + size);
      const bounds = new Float64Array(own.length);
      return new LevelGroup(
        own,
        this.#settle({ choice: none.copy(), bounds, open: [...own.keys()] }, own, GROUP_ROUNDS),
      );
    });
  }

  run(steps: number): void {
    while (this.#steps < steps) {
      const group = this.#groups.reduce((best, other) => (other.promise > best.promise ? other : best));
      const leaf = group.findLowest();
      if (leaf === undefined) {
        return;
      }
      group.replace(leaf, this.#decide(leaf, group.levels));
    }
  }

  /** For each level what is proven; it grows with the weight. */
  get proven(): readonly number[] {
    let most = 0;
    return this.#groups.flatMap(({ proven }) =>
      [...proven].map((bound) => {
        most = Math.max(most, bound);
        return most;
      }),
    );
  }

  get #steps(): number {
    return this.#bounds.steps + this.#leaves * this.#problem.jobOf.length;
  }

  /** Draws conclusions from a choice and its bounds, and from these again. */
  #settle(leaf: Leaf, levels: readonly EffortLevel[], rounds: number): Leaf {
    this.#leaves++;
    drawConclusions(leaf.choice, aimOf(leaf.open, levels));
    for (let round = 0; round < MOST_CONCLUSIONS; round++) {
      const targets = leaf.open.map((index) => levels[index] as EffortLevel);
      for (const [place, bound] of this.#bounds.bound(leaf.choice, targets, rounds).entries()) {
        const index = leaf.open[place] as number;
        leaf.bounds[index] = Math.max(leaf.bounds[index] as number, bound);
      }
      leaf.open = leaf.open.filter((index) => (leaf.bounds[index] as number) < (levels[index] as EffortLevel).effort);
      if (leaf.open.length === 0 || !drawConclusions(leaf.choice, aimOf(leaf.open, levels))) {
        break;
      }
    }
    return leaf;
  }

  /** All decisions about one more job; undefined where none is left to decide. */
  #decide({ choice, bounds, open }: Leaf, levels: readonly EffortLevel[]): readonly Leaf[] | undefined {
    const missingAt = (index: number): number => (levels[index] as EffortLevel).effort - (bounds[index] as number);
    const gainAt = (index: number): number => (levels[index] as EffortLevel).width * missingAt(index);
    const widest = open.reduce((best, index) => (gainAt(index) > gainAt(best) ? index : best));
    const set = this.#bounds.relax(choice, (levels[widest] as EffortLevel).weight);
    const job = chooseJob(choice, set, missingAt(widest));
    if (job === undefined) {
      return undefined;
    }
    const decide = (change: (copy: PartialChoice) => void): Leaf => {
      const copy = choice.copy();
      change(copy);
      return this.#settle({ choice: copy, bounds: bounds.slice(), open }, levels, ROUNDS);
    };
    const sides: readonly Side[] = choice.isOpen(job) ? [STUBBED, FAKED] : [OPEN];
    return [
      decide((copy) => copy.pay(job)),
      ...sides.map((side) =>
        decide((copy) => {
          if (side !== OPEN) {
            copy.treat(job, side);
          }
          copy.forbid(job);
        }),
      ),
    ];
  }
}

/** What all open levels have in common: as much weight as the first of them, for less effort than the last one may take. */
function aimOf(open: readonly number[], levels: readonly EffortLevel[]): Aim {
  const [first, last] = [levels[open[0] as number] as EffortLevel, levels[open.at(-1) as number] as EffortLevel];
  return { weight: first.weight, effort: last.effort };
}
