// SPDX-License-Identifier: GPL-3.0-or-later

/** How much of a demand a relaxed set takes: all of it, as much of it as of all others that cost the same, or nothing. */
export const [WHOLE, PART, NOTHING] = [0, 1, 2] as const;

/** Loads for weight that differ by less than this part count as the same: shares are not made even to the end. */
const ALIKE = 0.02;

/**
 * The demands that have the smallest loads for their weight, as many as make some weight. The last ones, whose loads are about the same,
 * are taken in equal parts. No real set needs to be like that, which is why it costs less than any real one.
 */
export class RelaxedSet {
  /** For each demand how much of it is taken. */
  readonly takes: Uint8Array;
  /** The part of those demands of which a part is taken. */
  readonly part: number;
  /** The weight and load of all such demands, not only of what is taken; and the weight that has to come from them. */
  readonly #weight: number;
  readonly #load: number;
  readonly #missing: number;
  /** The demands of which nothing is taken, the cheapest first: the weights and loads of so many of them. */
  readonly #furtherWeights: number[] = [0];
  readonly #furtherLoads: number[] = [0];

  /**
   * `rates` are the loads of demands for their weight, Infinity where a demand is excluded; `ranking` are all demands by falling rate. Where
   * those that are not excluded have too little weight, all of the last are taken and more.
   */
  constructor(weights: Float64Array, rates: Float64Array, ranking: Int32Array, target: number) {
    let place = ranking.length - 1;
    const isNextIncluded = (): boolean => place > 0 && rates[ranking[place - 1] as number] !== Number.POSITIVE_INFINITY;
    for (let reached = weights[ranking[place] as number] as number; reached < target && isNextIncluded(); ) {
      reached += weights[ranking[--place] as number] as number;
    }
    const price = rates[ranking[place] as number] as number;
    this.takes = new Uint8Array(weights.length).fill(NOTHING);
    let [whole, weight, load] = [0, 0, 0];
    for (const [demand, rate] of rates.entries()) {
      const own = weights[demand] as number;
      if (rate < price * (1 - ALIKE)) {
        this.takes[demand] = WHOLE;
        whole += own;
      } else if (rate <= price * (1 + ALIKE)) {
        this.takes[demand] = PART;
        weight += own;
        load += own * rate;
      }
    }
    this.#weight = weight;
    this.#load = load;
    this.#missing = target - whole;
    this.part = this.#missing / weight;
    this.#listFurther(weights, rates, ranking);
  }

  #listFurther(weights: Float64Array, rates: Float64Array, ranking: Int32Array): void {
    let [weight, load] = [0, 0];
    for (let place = ranking.length - 1; place >= 0; place--) {
      const demand = ranking[place] as number;
      const rate = rates[demand] as number;
      if (this.takes[demand] === NOTHING && rate < Number.POSITIVE_INFINITY) {
        weight += weights[demand] as number;
        load += rate * (weights[demand] as number);
        this.#furtherWeights.push(weight);
        this.#furtherLoads.push(load);
      }
    }
  }

  /**
   * About what the set costs more without demands of so much weight that are taken whole, and such of which a part is taken. For those
   * come others, of which more is taken then, while the costs that they share become less by `saved`. Infinity where others are too few.
   */
  replace(whole: number, part: number, saved: number): number {
    const [left, missing] = [this.#weight - part, this.#missing + whole];
    const load = this.#load - saved;
    const after = missing <= left ? (load * missing) / left : load + this.#costFurther(missing - left);
    return Math.max(0, after - this.#load * this.part);
  }

  /** What so much weight costs of which nothing is taken, Infinity where there is not as much. */
  #costFurther(weight: number): number {
    const next = this.#furtherWeights.findIndex((reached) => reached >= weight);
    if (next <= 0) {
      return next === 0 ? 0 : Number.POSITIVE_INFINITY;
    }
    const [before, after] = [this.#furtherWeights[next - 1] as number, this.#furtherWeights[next] as number];
    const [cheaper, dearer] = [this.#furtherLoads[next - 1] as number, this.#furtherLoads[next] as number];
    return cheaper + ((dearer - cheaper) * (weight - before)) / (after - before);
  }
}
