// SPDX-License-Identifier: GPL-3.0-or-later
import type { ListChange, ManifestDrift, VerdictChange } from "../manifest/compare.js";
import { renderTable } from "./table.js";
import { cleanText, describeStdout, type Terminal } from "./terminal.js";

/** One line of the table: what it is about, its value in both manifests, and what to call the change. */
interface Row {
  readonly what: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly change: "new" | "gone" | VerdictChange["direction"] | "";
}

const ABSENT = "-";

function listRows<Item>(
  what: string,
  change: ListChange<Item>,
  describe: (item: Item) => { readonly name: string; readonly value: string },
): readonly Row[] {
  const toRow = (item: Item, kind: "new" | "gone"): Row => {
    const { name, value } = describe(item);
    return kind === "gone"
      ? { what, name, before: value, after: ABSENT, change: kind }
      : { what, name, before: ABSENT, after: value, change: kind };
  };
  return [...change.gone.map((item) => toRow(item, "gone")), ...change.new.map((item) => toRow(item, "new"))];
}

function featureRows({ features, verdicts }: ManifestDrift): readonly Row[] {
  const mentions = [...features.gone, ...features.new];
  const kinds = [...new Set(mentions.map(({ kind }) => kind))].sort();
  return [
    ...verdicts.map(({ kind, name, before, after, direction }) => ({
      what: kind,
      name,
      before,
      after,
      change: direction,
    })),
    ...kinds.flatMap((kind) => {
      const ofKind = {
        gone: features.gone.filter((item) => item.kind === kind),
        new: features.new.filter((item) => item.kind === kind),
      };
      return listRows(kind, ofKind, ({ name, verdict }) => ({ name, value: verdict ?? "used" }));
    }),
  ];
}

function listAll(drift: ManifestDrift): readonly Row[] {
  const { outcome } = drift;
  return [
    ...(outcome === null ? [] : [{ what: "outcome", name: "", ...outcome, change: "" as const }]),
    ...featureRows(drift),
    ...listRows("executable", drift.executables, (path) => ({ name: path, value: "runs" })),
    ...listRows("together", drift.stubbedTogether, (name) => ({ name, value: "stub" })),
    ...listRows("together", drift.fakedTogether, (name) => ({ name, value: "fake" })),
    ...listRows("conflict", drift.conflicts, (names) => ({ name: names.join(", "), value: "conflict" })),
  ];
}

function paint(change: Row["change"], { colors }: Terminal): string {
  switch (change) {
    case "worse":
      return colors.red(change);
    case "better":
      return colors.green(change);
    default:
      return colors.yellow(change);
  }
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function summarize(drift: ManifestDrift): string {
  if (!drift.differs) {
    return "No drift.";
  }
  const count = (direction: VerdictChange["direction"]): number =>
    drift.verdicts.filter((change) => change.direction === direction).length;
  const parts = [
    `${plural(drift.features.new.length, "feature", "features")} new, ${drift.features.gone.length} gone`,
    `${plural(drift.verdicts.length, "verdict", "verdicts")} changed (${count("worse")} worse, ${count("better")} better)`,
  ];
  return `Drift: ${parts.join("; ")}.`;
}

/**
 * Renders how two manifests differ for a person: a line for each difference, a line that sums it up, and what else was not the
 * same (package, workload, environment), which is no drift. Ends with a newline.
 */
export function renderDriftTable(drift: ManifestDrift, terminal: Terminal = describeStdout()): string {
  const rows = listAll(drift).map(({ what, name, before, after, change }) => [
    what,
    cleanText(name),
    before,
    after,
    paint(change, terminal),
  ]);
  const columns = ["what", "name", "before", "after", "change"].map((title) => ({ title }));
  const circumstances = drift.circumstances.map(
    ({ name, before, after }) => `Not the same: ${name} (${cleanText(before)} before, ${cleanText(after)} after).`,
  );
  return `${[...(rows.length === 0 ? [] : [renderTable(columns, rows, terminal)]), summarize(drift), ...circumstances].join("\n")}\n`;
}
