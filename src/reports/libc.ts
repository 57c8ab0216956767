// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";
import type { LibcMeasurement } from "../database/libc-measurements.js";
import type { Store } from "../database/store.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

async function toRow(store: Store, found: LibcMeasurement): Promise<Cell[]> {
  const features = await store.readFeatures(found.measurement);
  const calls = features.filter(({ kind }) => kind === "syscall");
  const isJudged = calls.some(({ verdict }) => verdict !== null);
  const count = (wanted: Verdict): number | null =>
    isJudged ? calls.filter(({ verdict }) => verdict === wanted).length : null;
  const isCounted = calls.every((call) => call.calls !== null);
  return [
    ...[found.package, found.version, found.architecture, found.libc, found.linkage],
    isCounted ? calls.reduce((sum, call) => sum + (call.calls ?? 0), 0) : null,
    calls.length,
    ...[count("required"), count("stub"), count("fake"), count("any")],
    found.staticCalls,
  ];
}

/** glibc before musl before what is not known, dynamic before static, as in the paper. */
function compareLibcs(left: LibcMeasurement, right: LibcMeasurement): number {
  const place = ({ libc, linkage }: LibcMeasurement): number =>
    2 * (libc === null ? 2 : libc === "musl" ? 1 : 0) + (linkage === "static" ? 1 : 0);
  return left.package === right.package ? place(left) - place(right) : 0;
}

/** What the same programs do and need with several C libraries, linked dynamically and statically: the paper's Table 4. */
export async function makeLibc(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const rows: Cell[][] = [];
  for (const found of [...(await store.listLibcMeasurements(workload, packages))].sort(compareLibcs)) {
    rows.push(await toRow(store, found));
  }
  return {
    name: "libc",
    title: `System calls of programs by the C library that they are linked to, by their ${workload}`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "version", title: "version", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "libc", title: "C library", kind: "text" },
      { key: "linkage", title: "linked", kind: "text" },
      { key: "calls", title: "calls", kind: "count" },
      { key: "distinct", title: "distinct", kind: "count" },
      { key: "required", title: "required", kind: "count" },
      { key: "stub", title: "stub", kind: "count" },
      { key: "fake", title: "fake", kind: "count" },
      { key: "any", title: "any", kind: "count" },
      { key: "static", title: "by its code", kind: "count" },
    ],
    rows,
  };
}
