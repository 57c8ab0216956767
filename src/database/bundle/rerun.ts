// SPDX-License-Identifier: GPL-3.0-or-later
import type { Manifest } from "../../manifest/schema.js";

/** A word as a shell takes it, whatever is in it. */
function quote(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function rerunPackage(source: string, version: string): readonly string[] {
  return [
    "# Needs deb-src entries that have this version (snapshot.debian.org has all of them), and the package dh-loupe.",
    `apt-get source --only-source ${quote(`${source}=${version}`)}`,
    `apt-get build-dep --yes ${quote(`${source}=${version}`)}`,
    `cd ${quote(source)}-*/`,
    "DH_EXTRA_ADDONS=loupe dpkg-buildpackage --build=binary --no-sign",
  ];
}

function rerunProgram({ workload, executables, search, confirmation }: Manifest): readonly string[] {
  const script = workload.testScript === undefined ? [] : ["--test-script", workload.testScript.join(" ")];
  const options = [
    ...executables.flatMap(({ path }) => ["--consider", path]),
    ...(search === undefined ? [] : ["--strategy", search.strategy]),
    ...(confirmation === undefined ? [] : ["--replicas", String(confirmation.replicas)]),
    ...script,
  ];
  return [
    "# In the directory where it was made: paths are relative to it.",
    ["loupe analyze", ...options.map(quote), "--output again.loupe.json --", ...workload.command.map(quote)].join(" "),
    'loupe compare "$(dirname "$0")/manifest.loupe.json" again.loupe.json',
  ];
}

/** A shell script that repeats a measurement as far as its manifest tells how. */
export function writeRerun(manifest: Manifest): string {
  const described = manifest.package;
  const lines = "source" in described ? rerunPackage(described.source, described.version) : rerunProgram(manifest);
  return `#!/bin/sh\nset -eu\n${lines.join("\n")}\n`;
}
