// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assembleBpf, compilePolicy } from "../../src/export/bpf.js";
import { type Policy, REFUSALS } from "../../src/export/policy.js";

const X86_64 = 0xc000003e;
const I386 = 0x40000003;
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const ERRNO = 0x00050000;
const LOG = 0x7ffc0000;

/** A classic BPF machine (bpf(4) of the BSDs, linux/filter.h), for the bytes themselves: what the kernel would answer. */
function run(bytes: Buffer, { number, arch = X86_64 }: { number: number; arch?: number }): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(arch, 4);
  let accumulator = 0;
  for (let pc = 0; ; pc++) {
    const [code, jt, jf] = [bytes.readUInt16LE(pc * 8), bytes[pc * 8 + 2] ?? 0, bytes[pc * 8 + 3] ?? 0];
    const k = bytes.readUInt32LE(pc * 8 + 4);
    switch (code) {
      case 0x20:
        accumulator = data.readUInt32LE(k);
        break;
      case 0x05:
        pc += k;
        break;
      case 0x15:
        pc += accumulator === k ? jt : jf;
        break;
      case 0x35:
        pc += accumulator >= k ? jt : jf;
        break;
      case 0x06:
        return k;
      default:
        throw new Error(`instruction ${code} at ${pc}`);
    }
  }
}

function policy(
  allowed: readonly number[],
  unavailable: readonly number[] = [],
  changes: Partial<Policy> = {},
): Policy {
  const calls = (numbers: readonly number[]) => numbers.map((number) => ({ number, name: `call${number}` }));
  return { allowed: calls(allowed), unavailable: calls(unavailable), otherwise: REFUSALS.EPERM, ...changes };
}

const compile = (described: Policy): Buffer => assembleBpf(compilePolicy(described));
const numbers = fc.uniqueArray(fc.nat(600), { maxLength: 400 });

describe("a compiled policy", () => {
  it("allows what is allowed, has no unavailable call, and refuses the rest", () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(0xffffffff), (allowed, others, any) => {
        const unavailable = others.filter((number) => !allowed.includes(number));
        const bytes = compile(policy(allowed, unavailable));
        for (const number of [...allowed, ...others, any, 0, 601, 0x40000000, 0xffffffff]) {
          const expected = allowed.includes(number) ? ALLOW : unavailable.includes(number) ? ERRNO + 38 : ERRNO + 1;
          expect(run(bytes, { number })).toBe(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("jumps further than a conditional jump reaches", () => {
    const even = Array.from({ length: 400 }, (_, index) => 2 * index);
    const bytes = compile(policy(even));
    expect(bytes.length / 8).toBeGreaterThan(1000);
    for (let number = 0; number < 820; number++) {
      expect(run(bytes, { number }), String(number)).toBe(even.includes(number) ? ALLOW : ERRNO + 1);
    }
  });

  it.each([
    ["kill", KILL, KILL],
    ["ENOSYS", ERRNO + 38, KILL],
    ["log", LOG, LOG],
  ] as const)("answers as --refuse %s says, and ends processes of other tables", (name, other, foreign) => {
    const bytes = compile(policy([0, 1], [], { otherwise: REFUSALS[name] }));
    expect(run(bytes, { number: 1 })).toBe(ALLOW);
    expect(run(bytes, { number: 2 })).toBe(other);
    expect(run(bytes, { number: 1, arch: I386 })).toBe(foreign);
    expect(run(bytes, { number: 0x40000001 })).toBe(other);
  });

  it("has the documented layout", () => {
    expect(
      compile(policy([0]))
        .toString("hex")
        .match(/.{16}/g),
    ).toEqual([
      "2000000004000000", // load the architecture
      "150001003e0000c0", // AUDIT_ARCH_X86_64?
      "0600000000000080", // kill the process
      "2000000000000000", // load the number
      "3500010001000000", // at least 1?
      "060000000000ff7f", // allow
      "0600000001000500", // EPERM
    ]);
  });
});
