// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { Store } from "../database/store.js";
import { type Figure, toPercent } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/**
 * For each function of the C library that can fail, at how many places in the source of packages its result is checked: the paper's Figure 7. The
 * kind of workload does not matter to it.
 */
export async function makeReturns(store: Store, { packages }: FigureSelection): Promise<Figure> {
  const { packages: looked, functions } = await store.readSourceResults(packages);
  const sorted = [...functions].sort(
    (left, right) =>
      right.packages - left.packages ||
      compareText(left.function, right.function) ||
      compareText(left.syscall, right.syscall),
  );
  return {
    name: "returns",
    title: `Which results the source of ${looked} packages checks`,
    columns: [
      { key: "function", title: "function", kind: "text" },
      { key: "syscall", title: "system call", kind: "text" },
      { key: "packages", title: "packages", kind: "count" },
      { key: "calls", title: "calls", kind: "count" },
      { key: "checked", title: "checked", kind: "count" },
      { key: "checkedPercent", title: "%", kind: "percent" },
      { key: "passedOn", title: "passed on", kind: "count" },
      { key: "stored", title: "stored", kind: "count" },
      { key: "ignored", title: "ignored", kind: "count" },
    ],
    rows: sorted.map((found) => [
      ...[found.function, found.syscall, found.packages, found.calls, found.checked],
      ...[toPercent(found.checked, found.calls), found.passedOn, found.stored, found.ignored],
    ]),
  };
}
