// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from "node:path";
import type { StaticAnalysis } from "../static/analyze-elf.js";
import { renderTable } from "./table.js";
import { cleanText, type Terminal } from "./terminal.js";

function renderProgram(analysis: StaticAnalysis, terminal: Terminal): string {
  const { colors } = terminal;
  const { syscalls, unknown, everywhere, functions, libraries } = analysis;
  const rows = syscalls.map(({ name, files }) => [name, files.map(cleanText).join(", ")]);
  const complete = unknown.length === 0 ? "" : colors.yellow("; there may be more");
  return [
    `${colors.bold(cleanText(analysis.program))}: ${syscalls.length} system calls${complete}`,
    `${functions.reached} of ${functions.all} functions can be reached; all of them together: ${everywhere.length} system calls`,
    `with: ${libraries.map((path) => cleanText(basename(path))).join(", ") || "no libraries"}`,
    renderTable([{ title: "system call" }, { title: "made by" }], rows, terminal),
    ...unknown.map(({ description }) => `Unknown: ${cleanText(description)}.`),
  ].join("\n");
}

/** Renders what programs may call, one after the other. Ends with a newline. */
export function renderStaticTable(analyses: readonly StaticAnalysis[], terminal: Terminal): string {
  return `${analyses.map((analysis) => renderProgram(analysis, terminal)).join("\n\n")}\n`;
}

/** Renders a way to a call, a line for each function. Ends with a newline. */
export function renderPath(path: readonly string[]): string {
  return `${path.map((place, index) => `${"  ".repeat(Math.min(index, 20))}${cleanText(place)}`).join("\n")}\n`;
}

/** The same as JSON. Ends with a newline. */
export function formatStaticJson(analyses: readonly StaticAnalysis[]): string {
  const programs = analyses.map(({ program, libraries, syscalls, unknown, everywhere, functions }) => ({
    program,
    libraries,
    syscalls,
    complete: unknown.length === 0,
    unknown,
    everywhere,
    functions,
  }));
  return `${JSON.stringify({ architecture: "x86_64", programs }, null, 2)}\n`;
}
