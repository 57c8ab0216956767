// SPDX-License-Identifier: GPL-3.0-or-later
import { distance } from "fastest-levenshtein";
import { UsageError } from "../errors.js";
import { SYSCALL_NUMBERS } from "./syscall-numbers.js";
import type { Abi, TracerCapabilities } from "./trace-report.js";

/** Architectures that the tracer runs on. */
export type Architecture = TracerCapabilities["architecture"];

/** A system call of one ABI. */
export interface Syscall {
  readonly number: number;
  readonly name: string;
}

/** A name that is no system call of the architecture. */
export class UnknownSyscallError extends UsageError {
  override readonly name = "UnknownSyscallError";

  constructor(
    readonly text: string,
    readonly architecture: Architecture,
    /** Known names that differ in a few letters, the nearest first. */
    readonly closeMatches: readonly string[],
  ) {
    const hint =
      closeMatches.length > 0
        ? `did you mean ${closeMatches.join(" or ")}?`
        : "names are those of the kernel's table, as strace prints them";
    super(`${JSON.stringify(text)} is not a system call of ${architecture}: ${hint}`);
  }
}

/** x32 calls carry this bit in the register; the tables here are without it. */
const X32_BIT = 0x40000000;
const LARGEST_NUMBER = 0x7fffffff;

const namesByNumber = new Map<Abi, ReadonlyMap<number, string>>(
  (Object.keys(SYSCALL_NUMBERS) as Abi[]).map((abi) => [
    abi,
    new Map(Object.entries(SYSCALL_NUMBERS[abi]).map(([name, number]) => [number, name])),
  ]),
);

/** The name of a call; `syscall_0x...`, as strace prints it, for a number that the tables do not know. */
export function nameSyscall(abi: Abi, number: number): string {
  const tableNumber = abi === "x32" ? number & ~X32_BIT : number;
  return namesByNumber.get(abi)?.get(tableNumber) ?? `syscall_0x${number.toString(16)}`;
}

/** The number of a call, or undefined where the ABI has no call of this name. */
export function numberSyscall(abi: Abi, name: string): number | undefined {
  const table: Readonly<Record<string, number>> = SYSCALL_NUMBERS[abi];
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** All calls of an ABI in the order of their numbers. */
export function listSyscalls(abi: Abi): readonly Syscall[] {
  return Object.entries(SYSCALL_NUMBERS[abi])
    .map(([name, number]) => ({ name, number }))
    .sort((left, right) => left.number - right.number);
}

/** The architecture of this machine in the tracer's words, or undefined where the tracer does not run. */
export function nativeArchitecture(): Architecture | undefined {
  const architectures: Partial<Record<NodeJS.Architecture, Architecture>> = { x64: "x86_64", arm64: "aarch64" };
  return architectures[process.arch as NodeJS.Architecture];
}

function findCloseMatches(text: string, architecture: Architecture): readonly string[] {
  // Two neighbouring letters that changed places count as two differences.
  const furthest = Math.max(2, Math.floor(text.length / 3));
  return listSyscalls(architecture)
    .map(({ name }) => ({ name, difference: distance(text.toLowerCase(), name) }))
    .filter(({ difference }) => difference <= furthest)
    .sort((left, right) => left.difference - right.difference || left.name.localeCompare(right.name, "en"))
    .slice(0, 3)
    .map(({ name }) => name);
}

/**
 * Understands a call that a user wrote: a name of the architecture's table, a decimal or 0x-hexadecimal number, or the
 * `syscall_0x...` that stands for a number without a name.
 * Throws UnknownSyscallError, which names close matches.
 */
export function parseSyscallName(text: string, architecture: Architecture): Syscall {
  const number = numberSyscall(architecture, text);
  if (number !== undefined) {
    return { number, name: text };
  }
  const digits = text.replace(/^syscall_(?=0x)/, "");
  if (/^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(digits) && Number(digits) <= LARGEST_NUMBER) {
    return { number: Number(digits), name: nameSyscall(architecture, Number(digits)) };
  }
  throw new UnknownSyscallError(text, architecture, findCloseMatches(text, architecture));
}
