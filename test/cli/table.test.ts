// SPDX-License-Identifier: GPL-3.0-or-later
import { Chalk } from "chalk";
import { execa } from "execa";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderTable } from "../../src/cli/table.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch } from "../support/scratch.js";
import { LOUPE, loupe } from "./loupe.js";

const COLUMNS = [{ title: "package" }, { title: "used by", align: "right" }, { title: "why" }] as const;
const REASON = "killed by SIGSEGV; it printed nothing, and /a/path/that/has/no/place/to/break/it was not there";
const ROWS = [
  ["zlib", "123456", REASON],
  ["日本語の名前", "7", "exit status 1"],
];

function widthOf(text: string): number {
  return Math.max(...text.split("\n").map((line) => stringWidth(line)));
}

/** What stands in a table, without its form. */
function lettersOf(text: string): readonly string[] {
  return [...text.replace(/\s/g, "")].sort();
}

describe("a table", () => {
  const whole = renderTable(COLUMNS, ROWS, { width: undefined });

  it("is whole in a file, and where it fits", () => {
    expect(whole.split("\n")).toEqual([
      "package       used by  why",
      `zlib           123456  ${REASON}`,
      "日本語の名前        7  exit status 1",
    ]);
    expect(renderTable(COLUMNS, ROWS, { width: widthOf(whole) })).toBe(whole);
  });

  it("continues its widest texts in the next line where the terminal is narrower", () => {
    expect(renderTable(COLUMNS, ROWS, { width: 50 }).split("\n")).toEqual([
      "package       used by  why",
      "zlib           123456  killed by SIGSEGV; it",
      "                       printed nothing, and",
      "                       /a/path/that/has/no/place/t",
      "                       o/break/it was not there",
      "日本語の名前        7  exit status 1",
    ]);
  });

  it("becomes lines of titles and values where the terminal is narrower still", () => {
    expect(renderTable(COLUMNS, ROWS, { width: 30 }).split("\n")).toEqual([
      "package  zlib",
      "used by  123456",
      "why      killed by SIGSEGV; it",
      "         printed nothing, and",
      "         /a/path/that/has/no/p",
      "         lace/to/break/it was",
      "         not there",
      "",
      "package  日本語の名前",
      "used by  7",
      "why      exit status 1",
    ]);
  });

  it.each([20, 25, 30, 40, 60, 79, 80, 120, 200])("has no line of more than %d columns, and loses nothing", (width) => {
    const text = renderTable(COLUMNS, ROWS, { width });
    expect(widthOf(text)).toBeLessThanOrEqual(width);
    for (const letter of new Set(lettersOf(whole))) {
      const count = (letters: readonly string[]): number => letters.filter((other) => other === letter).length;
      expect(count(lettersOf(text)), letter).toBeGreaterThanOrEqual(count(lettersOf(whole)));
    }
  });

  it("keeps colours together", () => {
    const { red } = new Chalk({ level: 1 });
    const text = renderTable([{ title: "why" }], [[red("a long text that is red all along")]], { width: 12 });
    const lines = text.split("\n").slice(1);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      expect(line.startsWith("\u001b[31m") && line.endsWith("\u001b[39m"), line).toBe(true);
      expect(stringWidth(line)).toBeLessThanOrEqual(12);
    }
  });
});

it("is as narrow as the terminal of the command, and whole in a pipe", async () => {
  const scratch = await openScratch();
  await scratch.file("good", serializeManifest(exampleManifest()));
  await loupe(scratch, ["db", "merge", "good", "--db", "usage.db"]);
  const words = ["usage", "--all", "--db", "usage.db"];
  const narrow = async (columns: number): Promise<string> => {
    const command = `stty cols ${columns}; exec ${LOUPE} ${words.join(" ")}`;
    const { stdout } = await execa("script", ["-qec", command, "/dev/null"], {
      cwd: scratch.directory,
      env: { ...scratch.environment, NO_COLOR: "1" },
      extendEnv: false,
      // Standard input that is no terminal, and stays open.
      stdin: "pipe",
    });
    return stdout.replaceAll("\r", "");
  };
  const { stdout: whole } = await loupe(scratch, words);
  expect(widthOf(whole)).toBeGreaterThan(60);
  for (const columns of [40, 60]) {
    const text = await narrow(columns);
    expect(widthOf(text)).toBeLessThanOrEqual(columns);
    expect(text).toMatch(/getppid/);
  }
  expect(await narrow(200)).toBe(whole.trimEnd());
});
