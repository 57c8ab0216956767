// SPDX-License-Identifier: GPL-3.0-or-later
import type { PackageState } from "../../batch/batch-state.js";
import type { EndedEntry } from "../../batch/journal.js";
import { BATCH_OUTCOMES } from "../../batch/outcome.js";
import { nameOf } from "../../batch/package-run.js";
import { isNewFault } from "../../batch/run-batch.js";
import { formatDuration } from "../progress/describe.js";
import { renderTable } from "../table.js";
import { cleanText } from "../terminal.js";
import { describeFeatures, describeReason } from "./describe.js";

/** More packages than these are not named one by one. */
const NAMED = 8;
const SLOWEST = 5;
const REASON_WIDTH = 90;

function shorten(text: string): string {
  return text.length > REASON_WIDTH ? `${text.slice(0, REASON_WIDTH - 3)}...` : text;
}

/** Every package with how far it is; what has ended, with its outcome. Ends with a newline. */
export function renderStatusTable(packages: readonly PackageState[]): string {
  const rows = packages.map((state) => {
    const { ended } = state;
    return [
      cleanText(state.source),
      cleanText(state.version),
      ended?.outcome ?? state.position,
      ended === undefined || ended.seconds === 0 ? "" : formatDuration(ended.seconds),
      ended === undefined ? "" : describeFeatures(ended),
      ended === undefined ? "" : shorten(describeReason(ended.reason)),
    ];
  });
  const columns = ["package", "version", "outcome", "time", "features", "why"].map((title) => ({ title }));
  return `${renderTable(columns, rows)}\n`;
}

function group(ended: readonly EndedEntry[]): ReadonlyMap<string, readonly EndedEntry[]> {
  const groups = BATCH_OUTCOMES.map((name) => [name, ended.filter(({ outcome }) => outcome === name)] as const);
  return new Map(groups.filter(([, entries]) => entries.length > 0));
}

function nameSome(entries: readonly EndedEntry[]): string {
  const names = entries.slice(0, NAMED).map((entry) => cleanText(entry.source));
  const more = entries.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

function describeSlowest(ended: readonly EndedEntry[]): readonly string[] {
  const slowest = ended
    .filter(({ seconds }) => seconds > 0)
    .sort((left, right) => right.seconds - left.seconds)
    .slice(0, SLOWEST)
    .map((entry) => `${cleanText(entry.source)} (${formatDuration(entry.seconds)})`);
  return slowest.length === 0 ? [] : [`Slowest: ${slowest.join(", ")}.`];
}

function describeNewFaults(ended: readonly EndedEntry[]): readonly string[] {
  return ended
    .filter(isNewFault)
    .map(
      (entry) =>
        `New fault: ${cleanText(nameOf(entry))} could be measured before, and now: ${entry.outcome}: ${describeReason(entry.reason)}`,
    );
}

/** What a batch came to, and what somebody should look at. Ends with a newline. */
export function renderSummary(packages: readonly PackageState[], directory: string): string {
  const ended = packages.flatMap((state) => state.ended ?? []);
  const rows = [...group(ended)].map(([outcome, entries]) => [outcome, String(entries.length), nameSome(entries)]);
  const left = packages.filter(({ position }) => position !== "ended").length;
  const table =
    rows.length === 0
      ? []
      : [renderTable([{ title: "outcome" }, { title: "packages", align: "right" }, { title: "" }], rows)];
  const lines = [
    ...table,
    ...describeNewFaults(ended),
    ...describeSlowest(ended),
    ...(left > 0 ? [`${left} ${left === 1 ? "package has" : "packages have"} not ended.`] : []),
    `Why: loupe batch status --batch-dir ${directory}; logs: ${directory}/logs`,
  ];
  return `${lines.join("\n")}\n`;
}
