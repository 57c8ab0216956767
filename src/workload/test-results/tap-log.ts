// SPDX-License-Identifier: GPL-3.0-or-later
import type { LogParser } from "./log-parser.js";
import { TapStream } from "./tap-stream.js";
import type { TestSink } from "./test-recorder.js";
import type { TestOutcome } from "./test-results.js";

/** `t/foo.t .. ok`, with a clock in front (--timer), or with nothing after the dots when more lines follow. */
const FILE = /^(?:\[\d\d:\d\d:\d\d\] )?(\S+) \.{2,} (.*)$/;

/** What prove(1) says of a whole file. */
function readVerdict(text: string): TestOutcome | undefined {
  if (/^ok(?:\s+\d+ ms\b.*)?\s*$/.test(text)) {
    return "passed";
  }
  if (/^skipped(?::|\s*$)/.test(text)) {
    return "skipped";
  }
  return /^(?:Failed \d+\/\d+ subtests|Dubious, test returned |No subtests run)/.test(text) ? "failed" : undefined;
}

/**
 * Reads TAP, and what prove(1) and Test::Harness make of it: a result for each file and, when they are verbose, the file's own stream. With
 * `prove -j` files are reported in any order, but each in one piece.
 */
export function createTapLogParser(sink: TestSink): LogParser {
  const stream = new TapStream(sink);
  return {
    line(line) {
      const [, file, rest] = FILE.exec(line) ?? [];
      const verdict = readVerdict(rest ?? line);
      if (file !== undefined && (rest === "" || verdict !== undefined)) {
        stream.begin(file);
      }
      if (verdict === undefined || stream.file === undefined) {
        stream.line(line);
        return;
      }
      sink.report(stream.file, verdict);
      stream.begin(undefined);
    },
    end() {},
  };
}
