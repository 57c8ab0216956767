// SPDX-License-Identifier: GPL-3.0-or-later
import { stripVTControlCharacters } from "node:util";

/** What is kept of a line; no line that reports a test is longer. */
const LINE_LENGTH = 4 * 1024;

/** Cuts text that arrives in chunks into lines without terminal sequences, in constant memory. A carriage return ends a line, too. */
export class LineSplitter {
  #partial = "";

  constructor(private readonly onLine: (line: string) => void) {}

  feed(chunk: string): void {
    let start = 0;
    for (const { index } of chunk.matchAll(/[\r\n]/g)) {
      this.#append(chunk.slice(start, index));
      this.end();
      start = index + 1;
    }
    this.#append(chunk.slice(start));
  }

  /** Takes what has arrived since the last line end as a line. */
  end(): void {
    const line = this.#partial;
    this.#partial = "";
    if (line !== "") {
      this.onLine(line.includes("\u001b") ? stripVTControlCharacters(line) : line);
    }
  }

  #append(text: string): void {
    const room = LINE_LENGTH - this.#partial.length;
    if (room > 0 && text !== "") {
      this.#partial += text.slice(0, room);
    }
  }
}
