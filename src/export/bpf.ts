// SPDX-License-Identifier: GPL-3.0-or-later
import { ENOSYS, type Policy, type Refusal } from "./policy.js";

/** One instruction of a seccomp filter: struct sock_filter of linux/filter.h. */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

// linux/bpf_common.h: the three kinds of instruction that are needed, on 32-bit words.
export const LOAD_ABSOLUTE = 0x20;
export const JUMP_ALWAYS = 0x05;
export const JUMP_EQUAL = 0x15;
export const JUMP_GREATER_OR_EQUAL = 0x35;
export const RETURN = 0x06;

// linux/seccomp.h
const RET_KILL_PROCESS = 0x80000000;
const RET_ERRNO = 0x00050000;
const RET_LOG = 0x7ffc0000;
const RET_ALLOW = 0x7fff0000;

/** Offsets in struct seccomp_data (linux/seccomp.h). */
export const OFFSET_NUMBER = 0;
export const OFFSET_ARCHITECTURE = 4;

/** linux/audit.h: the native calls of x86-64. The x32 table has the same value, and numbers from 0x40000000. */
export const AUDIT_ARCH_X86_64 = 0xc000003e;

const INSTRUCTION_BYTES = 8;
/** A conditional jump reaches this far (an unsigned byte). */
const FARTHEST_JUMP = 255;

function toReturn(refusal: Refusal): number {
  switch (refusal.kind) {
    case "errno":
      return RET_ERRNO + refusal.errno;
    case "kill":
      return RET_KILL_PROCESS;
    case "log":
      return RET_LOG;
  }
}

/** Numbers from `start` up to the next interval get this answer. */
interface Interval {
  readonly start: number;
  readonly answer: number;
}

function toIntervals({ allowed, unavailable, otherwise }: Policy): readonly Interval[] {
  const answers = new Map([
    ...unavailable.map(({ number }) => [number, RET_ERRNO + ENOSYS] as const),
    ...allowed.map(({ number }) => [number, RET_ALLOW] as const),
  ]);
  const other = toReturn(otherwise);
  const bounds = [...new Set([0, ...[...answers.keys()].flatMap((number) => [number, number + 1])])];
  return bounds
    .sort((left, right) => left - right)
    .map((start) => ({ start, answer: answers.get(start) ?? other }))
    .filter(({ answer }, index, all) => answer !== all[index - 1]?.answer);
}

function jump(code: number, k: number, jt: number, jf: number): BpfInstruction {
  return { code, jt, jf, k };
}

/** A balanced tree of comparisons: a filter runs at every call of the process, so that its depth matters, not its length. */
function compileIntervals(intervals: readonly Interval[]): readonly BpfInstruction[] {
  const [only] = intervals;
  if (intervals.length === 1 && only !== undefined) {
    return [{ code: RETURN, jt: 0, jf: 0, k: only.answer }];
  }
  const middle = Math.floor(intervals.length / 2);
  const below = compileIntervals(intervals.slice(0, middle));
  const above = compileIntervals(intervals.slice(middle));
  const bound = intervals[middle]?.start ?? 0;
  return below.length <= FARTHEST_JUMP
    ? [jump(JUMP_GREATER_OR_EQUAL, bound, below.length, 0), ...below, ...above]
    : [jump(JUMP_GREATER_OR_EQUAL, bound, 0, 1), jump(JUMP_ALWAYS, below.length, 0, 0), ...below, ...above];
}

/**
 * A policy as a seccomp filter (seccomp(2)). A process that uses another system call table, as 32-bit programs do, is killed, or
 * logged where the policy only logs: the numbers there mean other calls. Numbers of x32 are refused like unknown calls.
 */
export function compilePolicy(policy: Policy): readonly BpfInstruction[] {
  const foreign = policy.otherwise.kind === "log" ? RET_LOG : RET_KILL_PROCESS;
  return [
    { code: LOAD_ABSOLUTE, jt: 0, jf: 0, k: OFFSET_ARCHITECTURE },
    jump(JUMP_EQUAL, AUDIT_ARCH_X86_64, 1, 0),
    { code: RETURN, jt: 0, jf: 0, k: foreign },
    { code: LOAD_ABSOLUTE, jt: 0, jf: 0, k: OFFSET_NUMBER },
    ...compileIntervals(toIntervals(policy)),
  ];
}

/**
 * The bytes of a filter as the kernel takes them: an array of struct sock_filter, eight bytes each (16-bit code, 8-bit jt, 8-bit
 * jf, 32-bit k, little-endian), without a header. `bwrap --seccomp FD` reads this.
 */
export function assembleBpf(program: readonly BpfInstruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    const start = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(code, start);
    bytes.writeUInt8(jt, start + 2);
    bytes.writeUInt8(jf, start + 3);
    bytes.writeUInt32LE(k, start + 4);
  }
  return bytes;
}
