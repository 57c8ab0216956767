// SPDX-License-Identifier: GPL-3.0-or-later
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import { type BuildArchitecture, readArchitecture, selectMatching } from "./architecture.js";
import type { BuildOptions } from "./build-options.js";
import { type BinaryPackage, readControl } from "./control.js";
import { findLogged } from "./debhelper-log.js";
import {
  type BuiltPackages,
  findBuiltPackages,
  type PackageKind,
  type Selection,
  selectPackages,
} from "./package-selection.js";
import { readVersion } from "./version.js";

/** The build of a source package that a debhelper command takes part in. */
export interface PackageBuild {
  /** The resolved path of the source tree. */
  readonly tree: string;
  readonly source: string;
  readonly version: string;
  readonly architecture: BuildArchitecture;
  readonly needsNoRoot: boolean;
  readonly built: BuiltPackages;
  /** The packages that the command acts on. */
  readonly selected: readonly BinaryPackage[];
  /** Set where dh was told to act on one kind only, as `dpkg-buildpackage -B` and `-A` do. */
  readonly only?: PackageKind;
}

/** What the options and the environment say about the packages to act on. */
export interface BuildQuestion {
  readonly directory: string;
  readonly buildOptions: BuildOptions;
  readonly selections: readonly Selection[];
  readonly inheritedSelections: readonly Selection[];
  readonly remainingPackages: boolean;
}

const OPTION_OF = { package: "-p/--package", exclude: "-N/--no-package" } as const;

function refuseUnknown(selections: readonly Selection[], binaries: readonly BinaryPackage[]): void {
  const names = binaries.map(({ name }) => name);
  for (const selection of selections) {
    if ((selection.kind === "package" || selection.kind === "exclude") && !names.includes(selection.name)) {
      const option = OPTION_OF[selection.kind];
      throw new UsageError(
        `Requested unknown package ${selection.name} via ${option}, expected one of: ${names.join(" ")}`,
      );
    }
  }
}

function findOnly(selections: readonly Selection[]): PackageKind | undefined {
  const kinds = new Set(selections.flatMap(({ kind }) => (kind === "arch" || kind === "indep" ? [kind] : [])));
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}

/** Reads debian/control and debian/changelog and selects the packages to act on. Throws UsageError. */
export async function readBuild(question: BuildQuestion): Promise<PackageBuild> {
  const { directory, buildOptions, selections, inheritedSelections } = question;
  const control = await readControl(join(directory, "debian/control"));
  refuseUnknown([...selections, ...inheritedSelections], control.binaries);
  const { source, version } = await readVersion(directory);
  const architecture = await readArchitecture();
  const words = control.binaries.flatMap(({ architectures }) => architectures);
  const matching = await selectMatching(words, architecture.host);
  const built = findBuiltPackages(control.binaries, matching, buildOptions);
  const selected = selectPackages(built, selections, inheritedSelections);
  const logged = question.remainingPackages ? await findLogged(directory, selected) : new Set<BinaryPackage>();
  const only = findOnly([...selections, ...inheritedSelections]);
  return {
    tree: await realpath(directory),
    source,
    version,
    architecture,
    needsNoRoot: control.needsNoRoot,
    built,
    selected: selected.filter((binary) => !logged.has(binary)),
    ...(only !== undefined && { only }),
  };
}
