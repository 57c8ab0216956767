// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { Store } from "../database/store.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";
import { followVersions, type VersionStep } from "./version-steps.js";

function toRows(steps: readonly VersionStep[]): readonly Cell[][] {
  return steps.flatMap(({ usage, previous, changes }) =>
    changes.map(({ kind, name, change, before, after }) => [
      ...[usage.package, previous?.version ?? null, usage.version, kind, name, usage.architecture],
      ...[change, before, after],
    ]),
  );
}

/** The rows of a step of versions, feature by feature, so that architectures stand side by side. */
function compareRows(left: readonly Cell[], right: readonly Cell[]): number {
  const key = (cells: readonly Cell[]): string => cells.slice(3, 6).join("\0");
  return left[2] === right[2] && left[1] === right[1] ? compareText(key(left), key(right)) : 0;
}

/**
 * Which features were added and removed, and which verdicts changed, between consecutive versions of packages, as dpkg orders them: the
 * details of the paper's Figure 8.
 */
export async function makeDrift(store: Store, selection: FigureSelection): Promise<Figure> {
  const rows: (readonly Cell[])[] = [];
  for await (const steps of followVersions(store, selection)) {
    rows.push(...[...toRows(steps)].sort(compareRows));
  }
  return {
    name: "drift",
    title: `What changed between versions of packages, by their ${selection.workload}`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "before", title: "from version", kind: "text" },
      { key: "after", title: "to version", kind: "text" },
      { key: "kind", title: "kind", kind: "text" },
      { key: "feature", title: "feature", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "change", title: "change", kind: "text" },
      { key: "verdictBefore", title: "was", kind: "text" },
      { key: "verdictAfter", title: "is", kind: "text" },
    ],
    rows,
  };
}
