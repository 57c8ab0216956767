// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import { UsageError } from "../errors.js";
import { nameErrno } from "../tracing/signals.js";
import { numberSyscall, type Syscall } from "../tracing/syscall-table.js";
import { EXPORT_ARCHITECTURE, type Policy, REFUSALS, type Refusal, sameRefusal } from "./policy.js";
import { SYSTEMD_GROUPS, SYSTEMD_VERSION } from "./systemd-groups.js";

/** A list of names is broken into lines of about this many columns. */
const LINE_WIDTH = 100;

/** A group of calls, and the members that x86-64 has. */
interface Group {
  readonly name: string;
  readonly members: readonly string[];
}

const GROUPS: readonly Group[] = Object.entries(SYSTEMD_GROUPS)
  .map(([name, members]) => ({
    name,
    members: members.filter((member) => numberSyscall(EXPORT_ARCHITECTURE, member) !== undefined),
  }))
  // A group of which this architecture has one call, or none, says no more than the call.
  .filter(({ members }) => members.length > 1)
  .sort((left, right) => right.members.length - left.members.length || compareText(left.name, right.name));

/** Calls that systemd allows in every list of allowed calls (systemd.exec(5), SystemCallFilter=). */
export function listSystemdDefault(): readonly Syscall[] {
  return SYSTEMD_GROUPS["@default"].flatMap((name) => {
    const number = numberSyscall(EXPORT_ARCHITECTURE, name);
    return number === undefined ? [] : [{ name, number }];
  });
}

/** Groups all of whose calls are allowed, the largest first, each only where it adds something; and the calls beside them. */
function groupCalls(names: ReadonlySet<string>): readonly string[] {
  const chosen: string[] = [];
  const covered = new Set<string>();
  for (const { name, members } of GROUPS) {
    const whole = members.every((member) => names.has(member));
    if (whole && members.some((member) => !covered.has(member))) {
      chosen.push(name);
      for (const member of members) {
        covered.add(member);
      }
    }
  }
  return [...chosen.sort(compareText), ...[...names].filter((name) => !covered.has(name)).sort(compareText)];
}

function breakLines(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

function toErrorNumber(otherwise: Refusal): readonly string[] {
  switch (otherwise.kind) {
    case "errno":
      return [`SystemCallErrorNumber=${nameErrno(otherwise.errno)}`];
    case "kill":
      return [];
    case "log":
      throw new UsageError(
        'systemd logs either all calls of a list or none: "--refuse log" cannot be written as SystemCallFilter=',
      );
  }
}

/**
 * A policy as a drop-in for a unit: SystemCallFilter= with a group wherever all of its calls are allowed, and the answer to all
 * other calls. All calls must have names. Throws UsageError where different calls have different answers,
 * and for a log, for which systemd has no words.
 */
export function toSystemdUnit({ allowed, unavailable, otherwise }: Policy): string {
  if (unavailable.length > 0 && !sameRefusal(otherwise, REFUSALS.ENOSYS)) {
    throw new UsageError(
      "systemd answers all refused calls the same: --allow required needs ENOSYS for those that can be done without",
    );
  }
  const words = groupCalls(new Set(allowed.map(({ name }) => name)));
  return [
    `# Groups are those of systemd ${SYSTEMD_VERSION}; all of @default is always allowed.`,
    "[Service]",
    // Several lines add up (systemd.exec(5)); the empty one first takes back what the unit itself has.
    "SystemCallFilter=",
    ...breakLines(words).map((line) => `SystemCallFilter=${line}`),
    ...toErrorNumber(otherwise),
    "SystemCallArchitectures=native",
    "",
  ].join("\n");
}
