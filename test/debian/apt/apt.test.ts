// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { type AptFaultKind, explainAptOutput } from "../../../src/debian/apt/apt-failure.js";
import { nameTree } from "../../../src/debian/apt/fetch-source.js";
import { readMachineSources, readNamedSources } from "../../../src/debian/apt/machine-sources.js";
import { guessBuildSystem } from "../../../src/debian/build-system.js";
import { openScratch } from "../../support/scratch.js";

test.each<[AptFaultKind, string]>([
  [
    "passing",
    "Err:1 http://x bookworm/main\n  404  Not Found [IP: 1.2.3.4 80]\nE: Failed to fetch http://x/a.dsc  404  Not Found",
  ],
  ["passing", "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1 (apt)"],
  [
    "passing",
    "W: Failed to fetch http://x/InRelease  Temporary failure resolving 'x'\nE: Some index files failed to download.",
  ],
  ["disk-full", "dpkg: error processing archive (--unpack):\n cannot copy: failed to write (No space left on device)"],
  ["disk-full", "E: You don't have enough free space in /var/cache/apt/archives/."],
  [
    "unsatisfiable",
    "The following packages have unmet dependencies:\n builddeps:./ : Depends: nope but it is not installable",
  ],
  ["unsatisfiable", "E: Packages need to be removed but remove is disabled."],
  ["unknown", "E: Unable to find a source package for nope"],
  ["other", "Segmentation fault"],
])("%s: what apt says is understood", (kind, output) => {
  const fault = explainAptOutput(output);
  expect(fault.kind).toBe(kind);
  expect(fault.words).not.toBe("");
});

test("sources of this machine, or of a file, get their source packages", async () => {
  const scratch = await openScratch();
  const line = await scratch.file("one.list", "# deb http://a ./\ndeb [trusted=yes] http://a ./\n");
  expect((await readNamedSources(line))[0]?.text).toBe(
    "# deb http://a ./\ndeb [trusted=yes] http://a ./\ndeb-src [trusted=yes] http://a ./\n",
  );
  const stanza = await scratch.file("two", "Types: deb\nURIs: http://a\nSuites: stable\nComponents: main\n");
  expect(await readNamedSources(stanza)).toMatchObject(
    [{ name: "named.sources", text: /^Types: deb deb-src$/m }].map(({ name }) => ({
      name,
      text: expect.stringMatching(/^Types: deb deb-src$/m),
    })),
  );
  await expect(readNamedSources(await scratch.file("none", "# nothing\n"))).rejects.toThrow(/there is no entry in it/);
  expect((await readMachineSources()).length).toBeGreaterThan(0);
});

test("trees and build systems", () => {
  expect(nameTree({ source: "a", version: "1:2.0-rc1-3" })).toBe("a-2.0-rc1");
  expect(nameTree({ source: "a", version: "2.0" })).toBe("a-2.0");
  expect(guessBuildSystem("debhelper-compat (= 13), cmake:native (>= 3) <!nocheck>, autoconf")).toBe("cmake");
  expect(guessBuildSystem("debhelper-compat (= 13),\n libfoo-dev | meson")).toBe("meson");
  expect(guessBuildSystem("debhelper-compat (= 13), libcmake-dev")).toBeUndefined();
});
