// SPDX-License-Identifier: GPL-3.0-or-later
import type { FigureName } from "./figure-names.js";
import type { FigureSelection } from "./selection.js";

/** What a figure can be told beside the kind of workload. */
export type FigureOption = Exclude<keyof FigureSelection, "workload">;

/** Which of it each figure takes: what it would pass over in silence is refused. */
export const FIGURE_OPTIONS: Readonly<Record<FigureName, readonly FigureOption[]>> = {
  importance: [],
  comparison: ["packages"],
  "heat-map": ["packages", "architecture"],
  "sub-features": ["packages", "architecture"],
  "pseudo-files": ["packages", "architecture"],
  impact: ["packages"],
  support: ["packages", "architecture", "systems"],
  savings: ["packages", "architecture", "systems", "organic"],
  returns: ["packages"],
  libc: ["packages"],
  versions: ["packages", "architecture"],
  drift: ["packages", "architecture"],
  outcomes: ["packages"],
  reasons: ["packages"],
};

/** What a figure shows and a database may not have, where that is more than any measurement. */
const SHOWN: Partial<Record<FigureName, string>> = {
  "sub-features": "with functions of system calls (analyze with --sub-features)",
  "pseudo-files": "with pseudo-files (analyze with --pseudo-files)",
  impact: "whose impacts were measured (analyze with --impact)",
  returns: "with the source of its package (loupe static --source --add-to)",
  libc: "of a package whose programs were linked to several C libraries, or in several ways",
  versions: "of two versions of a package",
  drift: "of two versions of a package between which anything changed",
};

/** A sentence for a figure without rows. */
export function explainNothing(name: FigureName, { workload, architecture, packages }: FigureSelection): string {
  const where = [
    ...(packages === undefined ? [] : [`of ${packages.join(", ")}`]),
    `by ${workload}`,
    ...(architecture === undefined ? [] : [`on ${architecture}`]),
  ].join(" ");
  return `no measurement ${where} ${SHOWN[name] ?? "that it could be made of"}; there is no ${name} to show`;
}
