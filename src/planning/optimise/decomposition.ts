// SPDX-License-Identifier: GPL-3.0-or-later
import { findComponents } from "./components.js";
import { FlowNetwork } from "./max-flow.js";
import type { ClosureProblem } from "./problem.js";

/**
 * A block of Sidney's decomposition: demands that belong together, with the jobs that no earlier block has done. No part of a
 * block has more weight for its cost than the whole block.
 */
export interface Block {
  /** Indices of demands, ascending. */
  readonly demands: readonly number[];
  /** Indices of the jobs that they need beyond those of earlier blocks, ascending. */
  readonly jobs: readonly number[];
}

const ascending = (numbers: Iterable<number>): number[] => [...numbers].sort((left, right) => left - right);

/** The bipartite network of a part of the problem: source, demands, jobs, sink. */
class ClosureNetwork {
  readonly #network: FlowNetwork;
  readonly #demands: readonly number[];
  readonly #jobs: readonly number[];
  readonly #source: number;
  readonly #sink: number;
  readonly weight: number;

  constructor(
    { costs, weights, jobs }: ClosureProblem,
    { demands: partDemands, jobs: partJobs }: Block,
    readonly cost: number,
  ) {
    this.#demands = partDemands;
    this.#jobs = partJobs;
    this.#source = partDemands.length + partJobs.length;
    this.#sink = this.#source + 1;
    this.weight = partDemands.reduce((sum, demand) => sum + (weights[demand] as number), 0);
    this.#network = new FlowNetwork(this.#sink + 1);
    const nodeOf = new Map(partJobs.map((job, index) => [job, partDemands.length + index]));
    for (const [job, node] of nodeOf) {
      this.#network.addArc(node, this.#sink, (costs[job] as number) * this.weight);
    }
    for (const [node, demand] of partDemands.entries()) {
      this.#network.addArc(this.#source, node, (weights[demand] as number) * cost);
      for (const job of jobs[demand] as readonly number[]) {
        const target = nodeOf.get(job);
        if (target !== undefined) {
          this.#network.addArc(node, target, Number.POSITIVE_INFINITY);
        }
      }
    }
  }

  /** The demands of a part that has more weight for its cost than the whole; undefined where there is none. */
  findDenserPart(): ReadonlySet<number> | undefined {
    const flow = this.#network.maximize(this.#source, this.#sink);
    if (flow === this.weight * this.cost) {
      return undefined;
    }
    const side = this.#network.sourceSide(this.#source);
    return new Set(this.#demands.filter((_, node) => side.has(node)));
  }

  /**
   * Where no part is denser: the smallest parts of the same density, each after those that it builds on. They are the components
   * of the residual network (Picard and Queyranne, 1980), whatever maximum flow was found.
   */
  splitEvenly(): readonly Block[] {
    const inner = this.#source;
    const neighbours = (node: number): readonly number[] =>
      [...this.#network.residualNeighbours(node)].filter((neighbour) => neighbour < inner);
    const first = this.#demands.length;
    return findComponents(inner, neighbours).map((nodes) => ({
      demands: ascending(nodes.filter((node) => node < first).map((node) => this.#demands[node] as number)),
      jobs: ascending(nodes.filter((node) => node >= first).map((node) => this.#jobs[node - first] as number)),
    }));
  }
}

function listJobs({ costs, jobs }: ClosureProblem, demands: readonly number[]): number[] {
  const needed = new Uint8Array(costs.length);
  for (const demand of demands) {
    for (const job of jobs[demand] as readonly number[]) {
      needed[job] = 1;
    }
  }
  return costs.flatMap((_, job) => (needed[job] === 1 ? [job] : []));
}

function decomposePart(problem: ClosureProblem, part: Block): readonly Block[] {
  const cost = part.jobs.reduce((sum, job) => sum + (problem.costs[job] as number), 0);
  if (part.demands.length === 1 || cost === 0) {
    return [part];
  }
  const network = new ClosureNetwork(problem, part, cost);
  const denser = network.findDenserPart();
  if (denser === undefined) {
    return network.splitEvenly();
  }
  const inPart = new Set(part.jobs);
  const demands = part.demands.filter((demand) => denser.has(demand));
  const jobs = listJobs(problem, demands).filter((job) => inPart.has(job));
  const done = new Set(jobs);
  return [
    ...decomposePart(problem, { demands, jobs }),
    ...decomposePart(problem, {
      demands: part.demands.filter((demand) => !denser.has(demand)),
      jobs: part.jobs.filter((job) => !done.has(job)),
    }),
  ];
}

/**
 * Sidney's decomposition (1975): some optimal order meets block after block. Blocks come with falling density of weight per cost.
 *
 * A minimum cut at the density of a whole part either proves that no closure in it is denser, or finds one; both sides are then
 * decomposed on their own. That takes a cut for each block, of parts that get smaller, where Dinkelbach's method takes several
 * cuts of all that is left for each block; the result is the same.
 */
export function decompose(problem: ClosureProblem): readonly Block[] {
  const all = [...problem.weights.keys()];
  const free = all.filter((demand) => problem.jobs[demand]?.length === 0);
  const rest = all.filter((demand) => problem.jobs[demand]?.length !== 0);
  const blocks = rest.length === 0 ? [] : decomposePart(problem, { demands: rest, jobs: listJobs(problem, rest) });
  return free.length === 0 ? blocks : [{ demands: free, jobs: [] }, ...blocks];
}
