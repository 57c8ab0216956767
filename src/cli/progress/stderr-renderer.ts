// SPDX-License-Identifier: GPL-3.0-or-later
import { DefaultRenderer } from "listr2";

/** Cuts a line to a number of columns. */
export function cutLine(line: string, columns: number): string {
  const characters = Array.from(line);
  return characters.length <= columns ? line : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}

/** listr2's renderer for a terminal on standard error: the original asks standard output whether it is one, and how wide. */
export class StderrRenderer extends DefaultRenderer {
  static override nonTTY = true;

  protected override format(message: string, icon: string, level: number): string[] {
    const margin = "  ".repeat(level);
    // The icon and the space after it; and the last column stays free, because some terminals go to the next line after it.
    const columns = process.stderr.columns - margin.length - 3;
    return message
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => `${margin}${icon} ${cutLine(line, columns)}`);
  }
}
