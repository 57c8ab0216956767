// SPDX-License-Identifier: GPL-3.0-or-later

/** Build systems that the build dependencies of a source package show. */
export const BUILD_SYSTEMS = [
  "cmake",
  "meson",
  "python",
  "perl",
  "haskell",
  "go",
  "rust",
  "ruby",
  "nodejs",
  "java",
  "ocaml",
  "r",
  "qmake",
  "scons",
  "autotools",
] as const;

export type BuildSystem = (typeof BUILD_SYSTEMS)[number];

/** Packages that nobody depends on who does not build with them; the first that matches decides. */
const SIGNS: readonly (readonly [BuildSystem, RegExp])[] = [
  ["haskell", /^(?:haskell-devscripts|ghc)/],
  ["go", /^(?:dh-golang|dh-sequence-golang|golang-any)$/],
  ["rust", /^(?:dh-cargo|dh-sequence-cargo|dh-sequence-rust|cargo)$/],
  ["ruby", /^(?:gem2deb|dh-sequence-ruby)/],
  ["nodejs", /^(?:dh-nodejs|dh-sequence-nodejs|pkg-js-tools)$/],
  ["java", /^(?:maven-(?:repo|debian)-helper|javahelper|gradle-debian-helper|ant)$/],
  ["ocaml", /^(?:dh-ocaml|dh-sequence-ocaml)$/],
  ["r", /^(?:dh-r|dh-sequence-r|r-base-dev)$/],
  ["cmake", /^cmake$/],
  ["meson", /^meson$/],
  ["qmake", /^(?:qt5-qmake|qtbase5-dev|qmake6)$/],
  ["scons", /^scons$/],
  ["python", /^(?:dh-python|dh-sequence-python3|pybuild-plugin-pyproject|python3-setuptools)$/],
  ["perl", /^(?:libmodule-build(?:-tiny)?-perl|libextutils-\S+-perl|libmodule-install-perl|libtest-\S+-perl)$/],
  ["autotools", /^(?:autoconf|automake|autotools-dev|dh-autoreconf|autoreconf|libtool)/],
];

/** The package names in a dependency field, of all alternatives. */
function listNames(dependencies: string): readonly string[] {
  return dependencies.split(/[,|]/).flatMap((clause) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(clause)?.[1] ?? []);
}

/**
 * What a package is built with, as far as its build dependencies tell. debhelper needs none of make, autoconf or perl to be named, so
 * most packages that are built by these show nothing: undefined.
 */
export function guessBuildSystem(buildDepends: string): BuildSystem | undefined {
  const names = listNames(buildDepends);
  return SIGNS.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0];
}
