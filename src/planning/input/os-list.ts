// SPDX-License-Identifier: GPL-3.0-or-later
import type { Architecture } from "../../tracing/syscall-table.js";
import type { CallState } from "../need.js";
import { resolveCall } from "./call-name.js";
import { type LineNote, PlanningInputError, quoteWord, readTextLines, type TextLine } from "./text-file.js";

/** What an operating system is said to support. */
export interface OsSupport {
  readonly file: string;
  /** The state of each call that the list names. */
  readonly states: ReadonlyMap<string, CallState>;
  /** Lines that are used but are no plain names: numbers, other names, repetitions. */
  readonly notes: readonly LineNote[];
  /** Lines that name no call of the architecture, and are not used. */
  readonly unknown: readonly LineNote[];
}

const STATES: ReadonlySet<string> = new Set(["full", "partial", "stub", "fake", "none"]);

function isState(text: string): text is CallState {
  return STATES.has(text);
}

interface Entry {
  readonly line: number;
  readonly call: string;
  readonly state: CallState;
}

function parseEntry(file: string, { number, text }: TextLine): Entry {
  const [call = "", status, ...more] = text.split(",").map((field) => field.trim());
  if (more.length > 0 || /\s/.test(call)) {
    throw new PlanningInputError(
      `${file}:${number}: ${quoteWord(text)} is neither a name or number of a call nor NAME,STATUS`,
    );
  }
  const state = status?.toLowerCase() ?? "full";
  if (call === "" || !isState(state)) {
    throw new PlanningInputError(
      `${file}:${number}: ${quoteWord(text)} should be NAME,STATUS; STATUS is full, partial, stub, fake or none`,
    );
  }
  return { line: number, call, state };
}

function isHeader({ text }: TextLine): boolean {
  return /^(name|syscall|call)\s*,\s*(status|state|support)$/i.test(text);
}

/**
 * Reads what an operating system supports: one call a line, by name or number, or CSV lines NAME,STATUS, `#` comments. Every line
 * is used, or reported in `unknown`. Throws PlanningInputError with file and line: not readable, not of this form, a call with two
 * different statuses, or no known call at all.
 */
export async function readOsList(file: string, architecture: Architecture): Promise<OsSupport> {
  const lines = await readTextLines(file);
  const [first] = lines;
  const entries = (first !== undefined && isHeader(first) ? lines.slice(1) : lines).map((line) =>
    parseEntry(file, line),
  );
  const states = new Map<string, CallState>();
  const seenAt = new Map<string, number>();
  const notes: LineNote[] = [];
  const unknown: LineNote[] = [];
  for (const { line, call, state } of entries) {
    const resolved = resolveCall(call, architecture);
    if (!resolved.known) {
      unknown.push({ file, line, message: resolved.reason });
      continue;
    }
    const { name, note } = resolved;
    const before = states.get(name);
    if (before !== undefined && before !== state) {
      throw new PlanningInputError(`${file}:${line}: ${name} is ${state}, but ${before} in line ${seenAt.get(name)}`);
    }
    if (note !== undefined) {
      notes.push({ file, line, message: note });
    }
    if (before !== undefined) {
      notes.push({ file, line, message: `${name} is there already, in line ${seenAt.get(name)}` });
    } else {
      states.set(name, state);
      seenAt.set(name, line);
    }
  }
  if (states.size === 0 && unknown.length > 0) {
    throw new PlanningInputError(
      `${file}: no line names a system call of ${architecture}; the first: ${unknown[0]?.message}`,
    );
  }
  return { file, states, notes, unknown };
}
