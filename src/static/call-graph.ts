// SPDX-License-Identifier: GPL-3.0-or-later
import { findFunction, type Module, type ModuleFunction } from "./modules.js";
import type { KnownArguments, ScannedFunction } from "./scan-report.js";

/** A call, as the callee sees it. */
export interface Caller {
  readonly caller: ModuleFunction;
  readonly known: KnownArguments;
}

/** A function that may run. */
export interface ReachedFunction extends ModuleFunction {
  /** Who led there first; undefined: it may run as soon as its module is loaded. */
  readonly via?: ReachedFunction;
  /** Calls of its beginning by functions that may run. */
  readonly callers: readonly Caller[];
  /** Its address is known somewhere, so that there may be callers that nobody sees. */
  readonly referenced: boolean;
}

interface Node extends ReachedFunction {
  callers: Caller[];
  referenced: boolean;
}

/** Finds what may run of the modules of a process. */
class Traversal {
  readonly #nodes = new Map<ScannedFunction, Node>();
  readonly #waiting: Node[] = [];
  readonly #definitions: ReadonlyMap<string, { readonly module: Module; readonly addresses: readonly number[] }>;

  constructor(private readonly modules: readonly Module[]) {
    const definitions = new Map<string, { module: Module; addresses: readonly number[] }>();
    for (const module of modules) {
      for (const [name, addresses] of module.report.exports) {
        if (!definitions.has(name)) {
          definitions.set(name, { module, addresses });
        }
      }
    }
    this.#definitions = definitions;
  }

  run(): readonly ReachedFunction[] {
    for (const module of this.modules) {
      this.#enterModule(module);
    }
    for (let node = this.#waiting.pop(); node !== undefined; node = this.#waiting.pop()) {
      this.#follow(node);
    }
    return [...this.#nodes.values()];
  }

  #enterModule(module: Module): void {
    const { role, report } = module;
    if (role === "program" || role === "interpreter") {
      this.#refer(module, report.file.entry, undefined);
    }
    for (const address of report.roots) {
      this.#refer(module, address, undefined);
    }
    for (const name of report.rootSymbols) {
      this.#referSymbol(name, undefined);
    }
    if (role === "named") {
      for (const address of [...report.exports.values()].flat()) {
        this.#refer(module, address, undefined);
      }
    }
  }

  #follow(node: Node): void {
    const { module, code } = node;
    for (const [target, known] of code.calls) {
      this.#call(module, target, node, known);
    }
    for (const [name, known] of code.imports) {
      const definition = this.#definitions.get(name);
      for (const address of definition?.addresses ?? []) {
        this.#call((definition as { module: Module }).module, address, node, known);
      }
    }
    for (const address of code.references) {
      this.#refer(module, address, node);
    }
    for (const name of code.importReferences) {
      this.#referSymbol(name, node);
    }
  }

  #reach(module: Module, address: number, via: Node | undefined): Node | undefined {
    const code = findFunction(module.report, address);
    if (code === undefined) {
      return undefined;
    }
    const known = this.#nodes.get(code);
    if (known !== undefined) {
      return known;
    }
    const node: Node = { module, code, ...(via && { via }), callers: [], referenced: false };
    this.#nodes.set(code, node);
    this.#waiting.push(node);
    return node;
  }

  #call(module: Module, address: number, caller: Node, known: KnownArguments): void {
    const node = this.#reach(module, address, caller);
    // A jump to the middle, as from the unlikely part of a function back to the rest, hands no arguments over.
    if (node?.code.start === address) {
      node.callers.push({ caller, known });
    }
  }

  #refer(module: Module, address: number, via: Node | undefined): void {
    const node = this.#reach(module, address, via);
    if (node !== undefined) {
      node.referenced = true;
    }
  }

  #referSymbol(name: string, via: Node | undefined): void {
    const definition = this.#definitions.get(name);
    for (const address of definition?.addresses ?? []) {
      this.#refer((definition as { module: Module }).module, address, via);
    }
  }
}

/**
 * The functions that may run in a process of these modules, in whatever way it goes: from where execution begins, from constructors
 * and destructors, and from all functions whose addresses are in data or are taken by code that may run. Calls through pointers
 * are covered by that: a pointer to a function comes from somewhere.
 */
export function findReachable(modules: readonly Module[]): readonly ReachedFunction[] {
  return new Traversal(modules).run();
}
