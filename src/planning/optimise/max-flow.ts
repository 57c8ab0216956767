// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * A flow network for Dinic's algorithm (1970). No npm package was found that is kept, typed and fast on thousands of nodes.
 * Capacities are whole numbers, so that a cut is exact.
 */
export class FlowNetwork {
  readonly #heads: Int32Array;
  readonly #next: number[] = [];
  readonly #targets: number[] = [];
  readonly #residual: number[] = [];
  readonly #levels: Int32Array;
  readonly #cursor: Int32Array;

  constructor(nodes: number) {
    this.#heads = new Int32Array(nodes).fill(-1);
    this.#levels = new Int32Array(nodes);
    this.#cursor = new Int32Array(nodes);
  }

  /** Adds an arc; its reverse has the capacity 0. */
  addArc(from: number, to: number, capacity: number): void {
    this.#append(from, to, capacity);
    this.#append(to, from, 0);
  }

  #append(from: number, to: number, capacity: number): void {
    this.#next.push(this.#heads[from] as number);
    this.#heads[from] = this.#targets.push(to) - 1;
    this.#residual.push(capacity);
  }

  /** The nodes to which more could flow from `node`. */
  *residualNeighbours(node: number): Generator<number> {
    for (let arc = this.#heads[node] as number; arc >= 0; arc = this.#next[arc] as number) {
      if ((this.#residual[arc] as number) > 0) {
        yield this.#targets[arc] as number;
      }
    }
  }

  /** Sends as much as possible from source to sink and returns how much that is. */
  maximize(source: number, sink: number): number {
    let flow = 0;
    while (this.#findLevels(source, sink)) {
      this.#cursor.set(this.#heads);
      for (let sent = this.#augment(source, sink); sent > 0; sent = this.#augment(source, sink)) {
        flow += sent;
      }
    }
    return flow;
  }

  /** The smallest set of nodes with the source in it that a minimum cut separates from the sink; to be called after maximize. */
  sourceSide(source: number): ReadonlySet<number> {
    const reached = new Set([source]);
    for (const node of reached) {
      for (const neighbour of this.residualNeighbours(node)) {
        reached.add(neighbour);
      }
    }
    return reached;
  }

  #findLevels(source: number, sink: number): boolean {
    const levels = this.#levels.fill(-1);
    levels[source] = 0;
    const queue = [source];
    for (const node of queue) {
      const level = (levels[node] as number) + 1;
      for (let arc = this.#heads[node] as number; arc >= 0; arc = this.#next[arc] as number) {
        const target = this.#targets[arc] as number;
        if ((this.#residual[arc] as number) > 0 && levels[target] === -1) {
          levels[target] = level;
          queue.push(target);
        }
      }
    }
    return levels[sink] !== -1;
  }

  /** Sends along one shortest path; a path may have as many arcs as there are nodes, which is too deep for recursion. */
  #augment(source: number, sink: number): number {
    const path: number[] = [];
    let node = source;
    while (node !== sink) {
      const arc = this.#nextAdmissible(node);
      if (arc >= 0) {
        path.push(arc);
        node = this.#targets[arc] as number;
      } else {
        const last = path.pop();
        if (last === undefined) {
          return 0;
        }
        // A dead end: the arc to it is passed over from now on.
        node = this.#targets[last ^ 1] as number;
        this.#cursor[node] = this.#next[last] as number;
      }
    }
    const amount = path.reduce(
      (least, arc) => Math.min(least, this.#residual[arc] as number),
      Number.POSITIVE_INFINITY,
    );
    for (const arc of path) {
      this.#residual[arc] = (this.#residual[arc] as number) - amount;
      this.#residual[arc ^ 1] = (this.#residual[arc ^ 1] as number) + amount;
    }
    return amount;
  }

  #nextAdmissible(node: number): number {
    const level = (this.#levels[node] as number) + 1;
    let arc = this.#cursor[node] as number;
    while (arc >= 0 && !((this.#residual[arc] as number) > 0 && this.#levels[this.#targets[arc] as number] === level)) {
      arc = this.#next[arc] as number;
    }
    this.#cursor[node] = arc;
    return arc;
  }
}
