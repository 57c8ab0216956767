// SPDX-License-Identifier: GPL-3.0-or-later
import type { Target } from "./bound-efforts.js";
import type { Aim } from "./draw-conclusions.js";
import type { PartialChoice } from "./partial-choice.js";

/** A weight at which the least effort is asked for. */
export interface EffortLevel extends Aim, Target {
  /** How much weight it stands for. */
  readonly width: number;
}

/** Decisions that are not made further yet, with what is proven about them. */
export interface Leaf {
  readonly choice: PartialChoice;
  /** For each level of the group a lower bound of the effort under this choice. */
  readonly bounds: Float64Array;
  /** Indices of the levels at which the bound is still below the aim. */
  open: readonly number[];
}

/** Levels beside each other, for which the same decisions are looked at. */
export class LevelGroup {
  readonly #leaves = new Set<Leaf>();
  /** Leaves at which nothing is left to decide. */
  readonly #decided: Leaf[] = [];
  readonly #proven: Float64Array;
  readonly #lowest: (Leaf | undefined)[];
  #split = 1;
  #promise = 0;

  constructor(
    readonly levels: readonly EffortLevel[],
    first: Leaf,
  ) {
    this.#proven = new Float64Array(levels.length);
    this.#lowest = levels.map(() => undefined);
    this.#add(first);
    for (const index of levels.keys()) {
      this.#refresh(index);
    }
    this.#updatePromise();
  }

  /** For each level what is proven: the least bound of all leaves, and never more than the aim. */
  get proven(): Float64Array {
    return this.#proven;
  }

  /** What could still be gained; it counts less where many steps were taken, because each further one gains less. */
  get promise(): number {
    return this.#promise;
  }

  /** The leaf whose bounds hold the group back the most; undefined where there is none. */
  findLowest(): Leaf | undefined {
    const gains = new Map<Leaf, number>();
    for (const [index, leaf] of this.#lowest.entries()) {
      if (leaf !== undefined) {
        gains.set(leaf, (gains.get(leaf) ?? 0) + this.#missingAt(index));
      }
    }
    const all = [...gains];
    return all.length === 0 ? undefined : all.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  }

  /** Puts leaves that decide more in the place of one; none where nothing is left to decide. */
  replace(leaf: Leaf, others: readonly Leaf[] | undefined): void {
    this.#leaves.delete(leaf);
    this.#split++;
    if (others === undefined) {
      this.#decided.push(leaf);
    } else {
      for (const other of others) {
        this.#add(other);
      }
    }
    // All others have a leaf with a lower bound, which is still there.
    for (const [index, lowest] of this.#lowest.entries()) {
      if (lowest === leaf) {
        this.#refresh(index);
      }
    }
    this.#updatePromise();
  }

  #add(leaf: Leaf): void {
    if (leaf.open.length > 0) {
      this.#leaves.add(leaf);
    }
  }

  #missingAt(index: number): number {
    const { effort, width } = this.levels[index] as EffortLevel;
    return width * (effort - (this.#proven[index] as number));
  }

  #refresh(index: number): void {
    this.#proven[index] = (this.levels[index] as EffortLevel).effort;
    this.#lowest[index] = undefined;
    for (const leaf of this.#leaves) {
      this.#lower(index, leaf, leaf);
    }
    for (const leaf of this.#decided) {
      this.#lower(index, leaf, undefined);
    }
  }

  #lower(index: number, { bounds }: Leaf, lowest: Leaf | undefined): void {
    if ((bounds[index] as number) < (this.#proven[index] as number)) {
      this.#proven[index] = bounds[index] as number;
      this.#lowest[index] = lowest;
    }
  }

  #updatePromise(): void {
    let missing = 0;
    for (const [index, leaf] of this.#lowest.entries()) {
      missing += leaf === undefined ? 0 : this.#missingAt(index);
    }
    this.#promise = missing / Math.sqrt(this.#split);
  }
}
