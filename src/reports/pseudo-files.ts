// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { NEED_COLUMNS, readFeatureNeeds } from "./feature-needs.js";
import type { Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** The first directory of a path: /proc, /sys or /dev. */
function splitPath(path: string): readonly [string, string] {
  return [/^\/[^/]*/.exec(path)?.[0] ?? "", path];
}

/** How many packages use and need each file under /proc, /sys and /dev. */
export async function makePseudoFiles(store: Store, selection: FigureSelection): Promise<Figure> {
  const { packages, rows } = await readFeatureNeeds(store, selection, "pseudo-file", splitPath);
  return {
    name: "pseudo-files",
    title: `Pseudo-files: ${packages} packages that use any, by their ${selection.workload}`,
    columns: [
      { key: "root", title: "below", kind: "text" },
      { key: "path", title: "path", kind: "text" },
      ...NEED_COLUMNS,
    ],
    rows,
  };
}
