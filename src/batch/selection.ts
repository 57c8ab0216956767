// SPDX-License-Identifier: GPL-3.0-or-later
// Which packages a batch is about.
import { readFile } from "node:fs/promises";
import { compareText } from "../compare-text.js";
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import type { IndexedSource, SourcesIndex } from "../debian/apt/sources-index.js";
import { type BuildSystem, guessBuildSystem } from "../debian/build-system.js";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";
import { matchesPattern } from "../tracing/patterns.js";

/** A package as somebody names it. */
export interface PackageName {
  readonly source: string;
  /** Default: the newest. */
  readonly version?: string;
}

/** Debian policy 5.6.1 and 5.6.12. */
const NAME = /^([a-z0-9][a-z0-9+.-]+)(?:=([A-Za-z0-9][A-Za-z0-9.+:~-]*))?$/;

/** Understands `PACKAGE` or `PACKAGE=VERSION`; `where` is told in the UsageError. */
export function parsePackageName(text: string, where = ""): PackageName {
  const [, source, version] = NAME.exec(text) ?? [];
  if (source === undefined) {
    throw new UsageError(`${where}"${text}" is not the name of a source package (PACKAGE or PACKAGE=VERSION)`);
  }
  return { source, ...(version !== undefined && { version }) };
}

async function readLines(option: string, file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, "utf8")).split(/\r?\n/);
  } catch (cause) {
    throw new UsageError(`${option} ${file} cannot be read: ${describeCause(cause)}`, { cause });
  }
}

/** Reads names from a file, one a line; what follows a # is a comment. Throws UsageError, which names the line. */
export async function readPackageList(file: string): Promise<readonly PackageName[]> {
  const lines = await readLines("--from", file);
  return lines.flatMap((line, index) => {
    const name = line.replace(/#.*/, "").trim();
    return name === "" ? [] : [parsePackageName(name, `${file}:${index + 1}: `)];
  });
}

/** How many machines have each package installed, by name: the second and third column of popcon's by_inst files. */
export type Popularity = ReadonlyMap<string, number>;

/** Reads a by_inst file of popcon.debian.org. Throws UsageError where it is none. */
export async function readPopcon(file: string): Promise<Popularity> {
  const popularity = new Map<string, number>();
  for (const line of await readLines("--popcon", file)) {
    const [, name, installed] = /^\d+\s+(\S+)\s+(\d+)\s/.exec(line) ?? [];
    if (name !== undefined) {
      popularity.set(name, Number(installed));
    }
  }
  if (popularity.size === 0) {
    throw new UsageError(`--popcon ${file}: no line of it is "RANK NAME INSTALLED ..." (popcon.debian.org/by_inst)`);
  }
  return popularity;
}

/** Which packages of an index; all that agree with everything that is given. */
export interface SelectionFilter {
  /** Patterns of the Section field: `net`, `*libs`. */
  readonly sections: readonly string[];
  /** Words of the Testsuite field. */
  readonly testsuites: readonly string[];
  readonly buildSystems: readonly BuildSystem[];
  /** The most popular come first; packages that it does not have come last, by name. */
  readonly popularity?: Popularity;
  readonly most?: number;
}

/** A source is as popular as the most popular of its binary packages, or as its own line says (popcon's source lists). */
function countInstallations({ source, binaries }: IndexedSource, popularity: Popularity): number {
  return Math.max(...[source, ...binaries].map((name) => popularity.get(name) ?? -1));
}

function sortByPopularity(sources: readonly IndexedSource[], popularity: Popularity): readonly IndexedSource[] {
  const counted = sources.map((source) => ({ source, installed: countInstallations(source, popularity) }));
  counted.sort(
    (left, right) => right.installed - left.installed || compareText(left.source.source, right.source.source),
  );
  return counted.map(({ source }) => source);
}

/** The packages of an index that a filter lets through. */
export function filterSources(sources: readonly IndexedSource[], filter: SelectionFilter): readonly IndexedSource[] {
  const { sections, testsuites, buildSystems, popularity, most } = filter;
  const matching = sources.filter(
    ({ section, testsuites: own, buildDepends }) =>
      (sections.length === 0 || sections.some((pattern) => matchesPattern(pattern, [section]))) &&
      (testsuites.length === 0 || testsuites.some((name) => own.includes(name))) &&
      (buildSystems.length === 0 || buildSystems.some((system) => system === guessBuildSystem(buildDepends))),
  );
  const ordered = popularity === undefined ? matching : sortByPopularity(matching, popularity);
  return most === undefined ? ordered : ordered.slice(0, most);
}

/** What names became: packages in versions, and names that the index does not have. */
export interface ResolvedNames {
  readonly found: readonly IndexedSource[];
  readonly unknown: readonly PackageName[];
}

/** Looks names up, each package in its version once, in their order. */
export function resolveNames(names: readonly PackageName[], index: SourcesIndex): ResolvedNames {
  const found = new Map<string, IndexedSource>();
  const unknown = new Map<string, PackageName>();
  for (const name of names) {
    const source = index.find(name.source, name.version);
    if (source === undefined) {
      unknown.set(`${name.source}=${name.version}`, name);
    } else {
      found.set(`${source.source} ${source.version}`, source);
    }
  }
  return { found: [...found.values()], unknown: [...unknown.values()] };
}

/** Only what identifies a package. */
export function toSourcePackage({ source, version }: IndexedSource): SourcePackage {
  return { source, version };
}
