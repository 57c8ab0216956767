// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test, vi } from "vitest";
import { DisplayOutput } from "../../../src/cli/progress/display-output.js";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

test("what others write waits until the display has ended", () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const output = new DisplayOutput();
    output.hijack();
    process.stderr.write("loupe: a message\n");
    process.stderr.write(HIDE_CURSOR);
    output.stdout.write("picture\n");
    expect(written).toEqual([HIDE_CURSOR, "picture\n"]);
    output.release();
    process.stderr.write("later\n");
    expect(written.slice(2)).toEqual([SHOW_CURSOR, "loupe: a message\n", "later\n"]);
  } finally {
    write.mockRestore();
  }
});
