// SPDX-License-Identifier: GPL-3.0-or-later
// What the search field looks into: a script, because pages that were opened from a file cannot read other files. Names that are
// their file's names are one long text; for others, a path stands beside the name.
import type { FeatureKind } from "../../analysis/feature.js";
import { showText } from "./html.js";
import { featurePath, isPlainName, packagePath } from "./paths.js";

/** Something with a page that has a name of its own. */
export interface NamedPage {
  readonly title: string;
  readonly path: string;
}

/** All that can be found. */
export interface Findable {
  readonly features: ReadonlyMap<FeatureKind, readonly string[]>;
  readonly packages: readonly string[];
  readonly systems: readonly NamedPage[];
  readonly figures: readonly NamedPage[];
}

interface Group {
  readonly title: string;
  /** Where the pages of plain names are: the script knows how packages are pooled. */
  readonly place: "calls" | "packages" | "";
  readonly plain: string;
  /** Titles and paths. */
  readonly others: readonly (readonly [string, string])[];
}

function toGroup(
  title: string,
  place: Group["place"],
  names: readonly string[],
  pathOf: (name: string) => string,
): Group {
  const isPlain = (name: string): boolean => place !== "" && isPlainName(name);
  return {
    title,
    place,
    plain: names.filter(isPlain).join("\n"),
    others: names.filter((name) => !isPlain(name)).map((name) => [showText(name), pathOf(name)]),
  };
}

function toPages(title: string, pages: readonly NamedPage[]): Group {
  return { title, place: "", plain: "", others: pages.map((page) => [showText(page.title), page.path]) };
}

/** The script that holds the index. */
export function formatSearchIndex({ features, packages, systems, figures }: Findable): string {
  const namesOf = (kind: FeatureKind): readonly string[] => features.get(kind) ?? [];
  const groups: readonly Group[] = [
    toGroup("system call", "calls", namesOf("syscall"), (name) => featurePath("syscall", name)),
    toGroup("package", "packages", packages, packagePath),
    toPages("system", systems),
    toGroup("function of a call", "", namesOf("sub-feature"), (name) => featurePath("sub-feature", name)),
    toGroup("pseudo-file", "", namesOf("pseudo-file"), (name) => featurePath("pseudo-file", name)),
    toPages("figure", figures),
  ];
  const shown = groups.filter(({ plain, others }) => plain !== "" || others.length > 0);
  return `globalThis.loupeIndex = ${JSON.stringify(shown).replaceAll("<", "\\u003c")};\n`;
}
