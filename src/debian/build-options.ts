// SPDX-License-Identifier: GPL-3.0-or-later

/** Environment variables as Node gives them. */
export type Variables = Readonly<Record<string, string | undefined>>;

function splitWords(value: string | undefined): readonly string[] {
  return (value ?? "").split(/\s+/).filter((word) => word !== "");
}

/** What DEB_BUILD_OPTIONS and DEB_BUILD_PROFILES ask of a build (Debian policy 4.9.1, dpkg-buildpackage(1)). */
export interface BuildOptions {
  /** Tests are not to be run. */
  readonly nocheck: boolean;
  /** dh_loupe is switched off. */
  readonly noloupe: boolean;
  readonly terse: boolean;
  readonly profiles: readonly string[];
}

/** Reads both variables. The build profile `nocheck` means the option, too (policy demands both, dh copies it). */
export function readBuildOptions(variables: Variables): BuildOptions {
  const options = new Set(splitWords(variables.DEB_BUILD_OPTIONS));
  const profiles = splitWords(variables.DEB_BUILD_PROFILES);
  return {
    nocheck: options.has("nocheck") || profiles.includes("nocheck"),
    noloupe: options.has("noloupe"),
    terse: options.has("terse"),
    profiles,
  };
}

/**
 * Whether a Build-Profiles restriction formula such as `<!nocheck !stage1> <cross>` holds: one of its lists must hold, and
 * a list holds when each of its terms does (https://wiki.debian.org/BuildProfileSpec).
 */
export function matchesBuildProfiles(formula: string | undefined, active: readonly string[]): boolean {
  const lists = [...(formula ?? "").matchAll(/<([^>]*)>/g)].map(([, terms]) => splitWords(terms));
  const holds = (term: string): boolean =>
    term.startsWith("!") ? !active.includes(term.slice(1)) : active.includes(term);
  return lists.length === 0 || lists.some((terms) => terms.every(holds));
}
