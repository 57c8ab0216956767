// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import type { PlanRequest } from "../../src/planning/make-plan.js";
import type { CallState, Need } from "../../src/planning/need.js";
import type { MeasuredPackage } from "../../src/planning/package-needs.js";

/** A measured package, its needs as a record. */
export function measured(name: string, needs: Readonly<Record<string, Need>>): MeasuredPackage {
  return { name, binaries: [], needs: new Map(Object.entries(needs)) };
}

/** A request with the defaults of the command. */
export function request(packages: readonly MeasuredPackage[], changes: Partial<PlanRequest> = {}): PlanRequest {
  return {
    states: new Map(),
    otherwise: "none",
    partial: "full",
    needs: { measured: packages, unmeasured: [] },
    weigh: () => 1,
    costs: new Map(),
    treatmentEffort: 0.01,
    ...changes,
  };
}

const CALLS = ["read", "write", "openat", "mmap", "futex", "socket", "bind", "ioctl", "dup", "brk", "kill", "pipe2"];

const need = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Need>("required") },
  { weight: 3, arbitrary: fc.constant<Need>("any") },
  { weight: 1, arbitrary: fc.constantFrom<Need>("stub", "fake") },
);

const state = fc.constantFrom<CallState>("full", "partial", "stub", "fake", "none");

export interface Bounds {
  readonly packages: number;
  readonly calls: number;
}

/** Random requests: systems, packages that contradict each other, weights and costs. */
export function anyRequest({ packages, calls }: Bounds): fc.Arbitrary<PlanRequest> {
  const call = fc.constantFrom(...CALLS.slice(0, calls));
  return fc
    .record({
      packages: fc.array(fc.dictionary(call, need, { maxKeys: 7 }), { minLength: 1, maxLength: packages }),
      states: fc.dictionary(call, state, { maxKeys: 4 }),
      otherwise: fc.constantFrom("none" as const, "stub" as const),
      partial: fc.constantFrom("full" as const, "none" as const),
      weights: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: packages, maxLength: packages }),
      costs: fc.dictionary(call, fc.record({ implement: fc.integer({ min: 1, max: 9 }) }), { maxKeys: 3 }),
      treatmentEffort: fc.constantFrom(0, 0.01, 0.3, 2),
    })
    .map(({ packages: needs, weights, states, costs, ...rest }) => ({
      ...rest,
      states: new Map(Object.entries(states)),
      costs: new Map(Object.entries(costs)),
      needs: {
        measured: needs.map((own, index) => measured(`p${index}`, own)),
        unmeasured: [{ name: "unknown", reason: "no-tests" }],
      },
      weigh: ({ name }: MeasuredPackage) => weights[Number(name.slice(1))] ?? 1,
    }));
}
