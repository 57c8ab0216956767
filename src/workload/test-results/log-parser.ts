// SPDX-License-Identifier: GPL-3.0-or-later
import type { TestSink } from "./test-recorder.js";

/** Reads one format from the lines of a run's output, among which there is much else. */
export interface LogParser {
  line(line: string): void;
  /** The log has ended. */
  end(): void;
}

export type LogParserFactory = (sink: TestSink) => LogParser;
