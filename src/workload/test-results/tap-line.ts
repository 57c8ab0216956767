// SPDX-License-Identifier: GPL-3.0-or-later
import type { TestOutcome } from "./test-results.js";

/** One test line of the Test Anything Protocol. */
export interface TapTest {
  /** 0 for the stream's own tests, 1 for those of a subtest, ... */
  readonly depth: number;
  /** Absent where the producer leaves counting to the reader. */
  readonly number?: number;
  readonly outcome: TestOutcome;
}

const SUBTEST_INDENT = 4;
const MAX_DEPTH = 16;

// A line without a number needs a dash, a directive or nothing after "ok": "ok to continue" is no test.
const TEST = /^( *)(not )?ok(?: +(\d{1,7})((?:\s.*)?)|((?: +[-#].*)?))$/;
const DIRECTIVE = /(?<!\\)#\s*(skip|todo)/i;

function toOutcome(ok: boolean, directive: string | undefined): TestOutcome {
  if (directive === "todo") {
    return ok ? "unexpected-pass" : "expected-failure";
  }
  if (directive === "skip" && ok) {
    return "skipped";
  }
  return ok ? "passed" : "failed";
}

/** Reads a line as a test line (TAP version 14, testanything.org); undefined when it is none. */
export function readTapTest(line: string): TapTest | undefined {
  const match = TEST.exec(line.trimEnd());
  const indent = match?.[1]?.length ?? 0;
  const depth = indent / SUBTEST_INDENT;
  if (match === null || !Number.isInteger(depth) || depth > MAX_DEPTH) {
    return undefined;
  }
  const directive = DIRECTIVE.exec(match[4] ?? match[5] ?? "")?.[1]?.toLowerCase();
  return {
    depth,
    ...(match[3] !== undefined && { number: Number(match[3]) }),
    outcome: toOutcome(match[2] === undefined, directive),
  };
}

/** Whether a line is the plan of a stream, as `1..3`. */
export function isTapPlan(line: string): boolean {
  return /^1\.\.\d+(?:\s|$)/.test(line);
}
