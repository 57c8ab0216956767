// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** Why each required feature is required: what broke when it was stubbed, and when it was faked. */
export async function makeReasons(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const chosen = packages === undefined ? undefined : new Set(packages);
  const rows: Cell[][] = [];
  for (const measured of await store.listMeasurements({ workload })) {
    if (measured.outcome !== "analyzed" || !(chosen?.has(measured.package) ?? true)) {
      continue;
    }
    for (const { kind, name, verdict, stub_reason, fake_reason } of await store.readFeatures(measured.measurement)) {
      if (verdict === "required") {
        rows.push([measured.package, measured.version, measured.architecture, kind, name, stub_reason, fake_reason]);
      }
    }
  }
  return {
    name: "reasons",
    title: `Why features are required, by ${workload}`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "version", title: "version", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "kind", title: "kind", kind: "text" },
      { key: "feature", title: "feature", kind: "text" },
      { key: "stubbed", title: "when it is stubbed", kind: "text" },
      { key: "faked", title: "when it is faked", kind: "text" },
    ],
    rows,
  };
}
