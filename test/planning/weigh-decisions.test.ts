// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { planCalls } from "../../src/planning/call-plan.js";
import { weighWaiting } from "../../src/planning/weigh-decisions.js";
import { measured } from "./requests.js";

const price = (): { implement: number; treat: number } => ({ implement: 100, treat: 1 });

describe("weighWaiting", () => {
  it("tells how much later packages run because a call is treated as others need it", () => {
    const packages = [
      measured("a", { madvise: "stub" }),
      measured("b", { madvise: "stub", read: "required" }),
      measured("c", { madvise: "fake", read: "required" }),
    ];
    const calls = planCalls(
      packages,
      () => "none",
      () => 1,
    );
    // Efforts: the stub 1, read 101, madvise implemented 201. c could run at 101, and weighs 3.
    const weigh = ({ name }: { name: string }): number => (name === "c" ? 3 : 1);
    expect(weighWaiting(calls, packages, price, weigh)).toEqual(new Map([["madvise", 300]]));
  });

  it("shares what a package waits for among all calls that hold it up", () => {
    const packages = [
      measured("a", { madvise: "stub", brk: "stub" }),
      measured("b", { madvise: "stub", brk: "stub", read: "required" }),
      measured("c", { madvise: "fake", brk: "fake" }),
    ];
    const calls = planCalls(
      packages,
      () => "none",
      () => 1,
    );
    // madvise and brk are implemented at 202 and 302; without waiting for them c would need nothing at all.
    expect(weighWaiting(calls, packages, price, () => 1)).toEqual(
      new Map([
        ["madvise", 151],
        ["brk", 151],
      ]),
    );
  });

  it("names no call that nobody waits for", () => {
    const packages = [measured("a", { madvise: "stub" }), measured("b", { madvise: "required" })];
    const calls = planCalls(
      packages,
      () => "none",
      () => 1,
    );
    expect(weighWaiting(calls, packages, price, () => 1)).toEqual(new Map());
  });
});
