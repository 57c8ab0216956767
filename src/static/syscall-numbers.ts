// SPDX-License-Identifier: GPL-3.0-or-later
import type { ReachedFunction } from "./call-graph.js";
import type { ModuleFunction } from "./modules.js";
import type { ScannedFunction } from "./scan-report.js";

/** A function that makes system calls, and their numbers. */
export interface SyscallSource {
  readonly number: number;
  readonly source: ReachedFunction;
}

/** All system calls of functions that may run. */
export interface ResolvedSyscalls {
  readonly sources: readonly SyscallSource[];
  /** Functions that make calls whose numbers nobody can tell. */
  readonly computed: readonly ModuleFunction[];
  /** Functions that call the kernel as 32-bit programs do. */
  readonly foreign: readonly ModuleFunction[];
}

/** Follows numbers that functions get as arguments, such as those of syscall(2), to where they are constants. */
class NumberSearch {
  readonly sources: SyscallSource[] = [];
  readonly computed = new Set<ModuleFunction>();
  readonly #asked = new Map<ScannedFunction, Set<number>>();
  readonly #nodes: ReadonlyMap<ScannedFunction, ReachedFunction>;

  constructor(reached: readonly ReachedFunction[]) {
    this.#nodes = new Map(reached.map((node) => [node.code, node]));
  }

  resolve(node: ReachedFunction, value: readonly number[] | number | null | undefined): void {
    if (value === null || value === undefined) {
      this.computed.add(node);
    } else if (typeof value === "number") {
      this.#askCallers(node, value);
    } else {
      this.sources.push(...value.map((number) => ({ number, source: node })));
    }
  }

  #askCallers(node: ReachedFunction, argument: number): void {
    const asked = this.#asked.get(node.code) ?? new Set();
    this.#asked.set(node.code, asked);
    if (asked.has(argument)) {
      return;
    }
    asked.add(argument);
    if (node.referenced) {
      this.computed.add(node);
    }
    for (const { caller, known } of node.callers) {
      this.resolve(this.#nodes.get(caller.code) as ReachedFunction, known[String(argument)]);
    }
  }
}

/** Tells which system calls functions that may run make. */
export function resolveSyscalls(reached: readonly ReachedFunction[]): ResolvedSyscalls {
  const search = new NumberSearch(reached);
  const foreign: ModuleFunction[] = [];
  for (const node of reached) {
    for (const [, table, value] of node.code.syscalls) {
      if (table === "i386") {
        foreign.push(node);
      } else {
        search.resolve(node, value);
      }
    }
  }
  return { sources: search.sources, computed: [...search.computed], foreign };
}
