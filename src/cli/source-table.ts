// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import { canFail, countUses } from "../source/count-uses.js";
import type { SourceCall, SourceCalls } from "../source/find-calls.js";
import { renderTable } from "./table.js";
import { cleanText, type Terminal } from "./terminal.js";

/** A directory of source, and what was found there. */
export interface SourceResult {
  readonly directory: string;
  readonly found: SourceCalls;
}

function groupBy(calls: readonly SourceCall[], key: (call: SourceCall) => string): readonly [string, SourceCall[]][] {
  const groups = new Map<string, SourceCall[]>();
  for (const call of calls) {
    groups.set(key(call), [...(groups.get(key(call)) ?? []), call]);
  }
  return [...groups].sort(([left], [right]) => compareText(left, right));
}

function describePlace({ file, line }: Pick<SourceCall, "file" | "line">): string {
  return cleanText(`${file}:${line}`);
}

/** The first of several places, and how many more there are. */
function describePlaces(places: readonly Pick<SourceCall, "file" | "line">[]): string {
  const [first] = places;
  const more = places.length > 1 ? `, and ${places.length - 1} more` : "";
  return first === undefined ? "" : `${describePlace(first)}${more}`;
}

function describeFiles({ files, filesWithErrors }: SourceCalls): string {
  const errors = filesWithErrors === 0 ? "" : `; parts of ${filesWithErrors} are not understood`;
  return `${files} files of C${errors}`;
}

function renderCalls({ directory, found }: SourceResult, terminal: Terminal): string {
  const { colors } = terminal;
  const groups = groupBy(found.calls, ({ syscall }) => syscall);
  const rows = groups.map(([syscall, calls]) => [
    syscall,
    String(calls.length),
    [...new Set(calls.map(({ wrapper }) => wrapper))].sort(compareText).join(", "),
    describePlaces(calls),
  ]);
  const columns = [
    { title: "system call" },
    { title: "places", align: "right" as const },
    { title: "by" },
    { title: "where" },
  ];
  return [
    `${colors.bold(cleanText(directory))}: ${groups.length} system calls in ${describeFiles(found)}`,
    ...(rows.length === 0 ? [] : [renderTable(columns, rows, terminal)]),
    ...(found.computed.length === 0
      ? []
      : [
          `Unknown: syscall() with a number that is no constant of sys/syscall.h, at ${describePlaces(found.computed)}.`,
        ]),
  ].join("\n");
}

/** Renders the system calls that sources can make. Ends with a newline. */
export function renderSourceTable(results: readonly SourceResult[], terminal: Terminal): string {
  return `${results.map((result) => renderCalls(result, terminal)).join("\n\n")}\n`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${Math.round((100 * part) / whole)} %`;
}

function toRow(name: string, calls: readonly SourceCall[]): readonly string[] {
  const { checked, passedOn, stored, ignored } = countUses(calls);
  const places = calls.filter(({ use }) => use === "ignored" || use === "discarded");
  return [
    name,
    ...[calls.length, checked, passedOn, stored, ignored].map(String),
    percent(checked, calls.length),
    describePlaces(places),
  ];
}

function renderUses({ directory, found }: SourceResult, terminal: Terminal): string {
  const { colors } = terminal;
  const calls = found.calls.filter(canFail);
  const rows = groupBy(calls, ({ wrapper }) => wrapper).map(([wrapper, group]) => toRow(wrapper, group));
  const titles = ["function", "calls", "checked", "passed on", "stored", "ignored", "checked", "ignored at"];
  const columns = titles.map((title, index) => ({
    title,
    align: index > 0 && index < 7 ? ("right" as const) : ("left" as const),
  }));
  const { checked } = countUses(calls);
  return [
    `${colors.bold(cleanText(directory))}: ${calls.length} calls that can fail in ${describeFiles(found)}; ${percent(checked, calls.length)} are checked where they are made`,
    ...(rows.length === 0 ? [] : [renderTable(columns, rows, terminal)]),
  ].join("\n");
}

/** Renders what becomes of results, function by function. Ends with a newline. */
export function renderUseTable(results: readonly SourceResult[], terminal: Terminal): string {
  return `${results.map((result) => renderUses(result, terminal)).join("\n\n")}\n`;
}

/** All places as JSON. Ends with a newline. */
export function formatSourceJson(results: readonly SourceResult[]): string {
  const sources = results.map(({ directory, found }) => ({
    directory,
    files: found.files,
    filesWithErrors: found.filesWithErrors,
    syscalls: [...new Set(found.calls.map(({ syscall }) => syscall))].sort(compareText),
    computed: found.computed,
    uses: countUses(found.calls.filter(canFail)),
    calls: found.calls,
  }));
  return `${JSON.stringify({ sources }, null, 2)}\n`;
}
