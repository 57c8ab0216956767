// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from "node:path";
import { compareText } from "../compare-text.js";
import { nameSyscall } from "../tracing/syscall-table.js";
import { findReachable, type ReachedFunction } from "./call-graph.js";
import type { Module, ModuleFunction, ModuleLoader } from "./modules.js";
import { resolveSyscalls, type SyscallSource } from "./syscall-numbers.js";

/** The architecture whose code is understood. */
const ABI = "x86_64";

/** A system call that a program may make. */
export interface StaticSyscall {
  readonly name: string;
  readonly number: number;
  /** File names of the program and libraries that make it, sorted. */
  readonly files: readonly string[];
}

/** Why there may be more system calls than those that were found. */
export interface Unknown {
  readonly kind: "computed-number" | "opens-libraries" | "name-service" | "foreign-table" | "undecoded";
  readonly description: string;
}

/** What a program may call, as its code says. */
export interface StaticAnalysis {
  readonly program: string;
  /** All other files that were looked at, in the order in which symbols are looked up. */
  readonly libraries: readonly string[];
  /** In the order of their names. */
  readonly syscalls: readonly StaticSyscall[];
  readonly unknown: readonly Unknown[];
  /** Names of all calls in all of these files, whether they can be reached or not: the plain count. */
  readonly everywhere: readonly string[];
  readonly functions: { readonly all: number; readonly reached: number };
  /** One way to a call for each: functions from where execution begins to the one that makes it. */
  pathTo(name: string): readonly string[] | undefined;
}

/** Functions that load libraries whose names are computed or read from files (dlopen(3)). */
const OPENERS: ReadonlySet<string> = new Set(["dlopen", "dlmopen", "dlsym", "dlvsym"]);

/** Functions for which a C library may load others by its configuration: nsswitch.conf(5), gconv-modules. */
const CONFIGURED =
  /^(get(pw|gr|sp)(nam|uid|gid|ent)|getgrouplist$|getaddrinfo$|getnameinfo$|gethost(by|ent)|getserv|getproto|getnet(by|ent)|initgroups$|iconv_open$)/;

/** Parts of the C library itself. */
function isLibc({ role, path }: Module): boolean {
  return role === "interpreter" || /^(libc|libdl|libpthread|ld-)[.-]/.test(basename(path));
}

/** The name by which other files know a function, else its address. */
function describeFunction({ module, code }: ModuleFunction): string {
  for (const [name, addresses] of module.report.exports) {
    if (addresses.includes(code.start)) {
      return name;
    }
  }
  return `0x${code.start.toString(16)}`;
}

/** What is found in several functions of a file is told once. */
function groupByFile<Item>(
  items: Iterable<readonly [Module, Item]>,
  describe: (file: string, found: readonly Item[]) => string,
): readonly string[] {
  const byFile = new Map<string, Set<Item>>();
  for (const [{ path }, item] of items) {
    byFile.set(basename(path), (byFile.get(basename(path)) ?? new Set()).add(item));
  }
  return [...byFile]
    .sort(([left], [right]) => compareText(left, right))
    .map(([file, found]) => describe(file, [...found]));
}

/** Names of functions of other files that code outside of the C library uses. */
function listImports(reached: readonly ReachedFunction[], isMeant: (name: string) => boolean): [Module, string][] {
  return reached
    .filter(({ module }) => !isLibc(module))
    .flatMap(({ module, code }) =>
      [...code.imports.map(([symbol]) => symbol), ...code.importReferences]
        .filter(isMeant)
        .map((name): [Module, string] => [module, name]),
    );
}

function listPlaces(functions: readonly ModuleFunction[]): [Module, string][] {
  return functions.map((place) => [place.module, describeFunction(place)]);
}

function listUnknown(
  reached: readonly ReachedFunction[],
  { computed, foreign }: { readonly computed: readonly ModuleFunction[]; readonly foreign: readonly ModuleFunction[] },
): readonly Unknown[] {
  const join = (names: readonly string[]): string => [...names].sort(compareText).join(", ");
  const undecoded = reached.filter(({ code }) => code.undecoded > 0);
  const told: Readonly<Record<Unknown["kind"], readonly string[]>> = {
    "computed-number": groupByFile(
      listPlaces(computed),
      (file, places) => `${file} makes system calls whose numbers it computes, in ${join(places)}`,
    ),
    "foreign-table": groupByFile(
      listPlaces(foreign),
      (file, places) => `${file} calls the kernel as 32-bit programs do, in ${join(places)}`,
    ),
    "opens-libraries": groupByFile(
      listImports(reached, (name) => OPENERS.has(name)),
      (file, names) => `${file} calls ${join(names)}: libraries that it opens are not looked at`,
    ),
    "name-service": groupByFile(
      listImports(reached, (name) => CONFIGURED.test(name)),
      (file, names) => `${file} calls ${join(names)}: libraries that the C library loads for that are not looked at`,
    ),
    undecoded: groupByFile(
      undecoded.map(({ module, code }): [Module, typeof code] => [module, code]),
      (file, functions) =>
        `${functions.reduce((sum, code) => sum + code.undecoded, 0)} bytes of ${file} are not understood as code`,
    ),
  };
  return (Object.keys(told) as Unknown["kind"][]).flatMap((kind) =>
    told[kind].map((description) => ({ kind, description })),
  );
}

function collectSyscalls(sources: readonly SyscallSource[]): readonly StaticSyscall[] {
  const files = new Map<number, Set<string>>();
  for (const { number, source } of sources) {
    files.set(number, (files.get(number) ?? new Set()).add(basename(source.module.path)));
  }
  return [...files]
    .map(([number, users]) => ({ name: nameSyscall(ABI, number), number, files: [...users].sort(compareText) }))
    .sort((left, right) => compareText(left.name, right.name));
}

function listEverywhere(modules: readonly Module[]): readonly string[] {
  const all: readonly ReachedFunction[] = modules.flatMap((module) =>
    module.report.functions.map((code) => ({ module, code, callers: [], referenced: false })),
  );
  const constants = resolveSyscalls(all).sources;
  return collectSyscalls(constants).map(({ name }) => name);
}

function describePath(source: ReachedFunction): readonly string[] {
  const path: string[] = [];
  for (let node: ReachedFunction | undefined = source; node !== undefined; node = node.via) {
    path.unshift(`${basename(node.module.path)}:${describeFunction(node)}`);
  }
  return path;
}

/**
 * Tells which system calls a program and the libraries that are loaded with it may make, by their code. `named`: files that it loads
 * itself while it runs. Only code that may be reached counts; `unknown` says where that cannot be told. Throws UsageError for files
 * that are not ELF for x86-64 and libraries that are missing, EnvironmentError, InterruptedError.
 */
export async function analyzeElf(
  loader: ModuleLoader,
  program: string,
  named: readonly string[],
): Promise<StaticAnalysis> {
  const modules = await loader.load(program, named);
  const reached = findReachable(modules);
  const resolved = resolveSyscalls(reached);
  const syscalls = collectSyscalls(resolved.sources);
  const found = new Set(syscalls.map(({ name }) => name));
  return {
    program: (modules[0] as Module).path,
    libraries: modules.slice(1).map(({ path }) => path),
    syscalls,
    unknown: listUnknown(reached, resolved),
    // Numbers that callers hand over are constants of no place: they are everywhere, too.
    everywhere: [...new Set([...listEverywhere(modules), ...found])].sort(compareText),
    functions: {
      all: modules.reduce((sum, { report }) => sum + report.functions.length, 0),
      reached: reached.length,
    },
    pathTo: (name) => {
      const source = resolved.sources.find(({ number }) => nameSyscall(ABI, number) === name);
      return source && describePath(source.source);
    },
  };
}
