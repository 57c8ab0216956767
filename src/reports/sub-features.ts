// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { NEED_COLUMNS, readFeatureNeeds } from "./feature-needs.js";
import type { Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** `fcntl:F_SETFL` is F_SETFL of fcntl. */
function splitSubFeature(name: string): readonly [string, string] {
  const colon = name.indexOf(":");
  return colon < 0 ? [name, ""] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** How many packages use and need each function of a vectored call (ioctl, fcntl, prctl, mmap): the paper's section 5.4. */
export async function makeSubFeatures(store: Store, selection: FigureSelection): Promise<Figure> {
  const { packages, rows } = await readFeatureNeeds(store, selection, "sub-feature", splitSubFeature);
  return {
    name: "sub-features",
    title: `Functions of system calls: ${packages} packages that were asked for them, by their ${selection.workload}`,
    columns: [
      { key: "syscall", title: "system call", kind: "text" },
      { key: "function", title: "function", kind: "text" },
      ...NEED_COLUMNS,
    ],
    rows,
  };
}
