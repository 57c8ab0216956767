// SPDX-License-Identifier: GPL-3.0-or-later
import { type BuildOptions, matchesBuildProfiles } from "./build-options.js";
import type { BinaryPackage } from "./control.js";

/** Which of the two kinds of binary package: architecture-dependent ones, or `all`. */
export type PackageKind = "arch" | "indep";

/** A selecting option of debhelper(7), in the order in which they were given. */
export type Selection =
  | { readonly kind: PackageKind }
  | { readonly kind: "package"; readonly name: string }
  | { readonly kind: "exclude"; readonly name: string };

/** The binary packages of a source that this build makes. */
export interface BuiltPackages {
  readonly arch: readonly BinaryPackage[];
  readonly indep: readonly BinaryPackage[];
}

/** Sorts the packages that the architecture (`matching` words of Architecture) and the build profiles leave. */
export function findBuiltPackages(
  binaries: readonly BinaryPackage[],
  matching: ReadonlySet<string>,
  options: Pick<BuildOptions, "profiles">,
): BuiltPackages {
  const built = binaries.filter(
    ({ architectures, buildProfiles }) =>
      architectures.some((word) => matching.has(word)) && matchesBuildProfiles(buildProfiles, options.profiles),
  );
  const isIndep = ({ architectures }: BinaryPackage): boolean => architectures.includes("all");
  return { arch: built.filter((binary) => !isIndep(binary)), indep: built.filter(isIndep) };
}

function listIncluded(built: BuiltPackages, selection: Selection): readonly BinaryPackage[] {
  switch (selection.kind) {
    case "arch":
      return built.arch;
    case "indep":
      return built.indep;
    case "package":
      return [...built.arch, ...built.indep].filter(({ name }) => name === selection.name);
    case "exclude":
      return [];
  }
}

/** What the selections name; all packages where they only exclude. */
function listAsked(built: BuiltPackages, selections: readonly Selection[]): ReadonlySet<BinaryPackage> {
  const including = selections.filter(({ kind }) => kind !== "exclude");
  return new Set(
    including.length === 0
      ? [...built.arch, ...built.indep]
      : including.flatMap((selection) => listIncluded(built, selection)),
  );
}

/**
 * The packages that a command acts on, in the order of the options (Dh_Getopt). `inherited` comes from dh through
 * DH_INTERNAL_OPTIONS: it excludes what it does not name, but names nothing by itself.
 */
export function selectPackages(
  built: BuiltPackages,
  selections: readonly Selection[],
  inherited: readonly Selection[],
): readonly BinaryPackage[] {
  const excluded = new Set(
    [...inherited, ...selections].flatMap((selection) => (selection.kind === "exclude" ? [selection.name] : [])),
  );
  const allowed = listAsked(built, inherited);
  return [...listAsked(built, selections)].filter((binary) => allowed.has(binary) && !excluded.has(binary.name));
}
