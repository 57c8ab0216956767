// SPDX-License-Identifier: GPL-3.0-or-later
// Debian 13 has an image viewer in a package named loupe, too; scripts/check-own-packages tries the same with dpkg and that package.
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";

const PREINST = fileURLToPath(new URL("../../debian/loupe.preinst", import.meta.url));

/** Calls the script as dpkg does (deb-preinst(5)). */
function runPreinst(...words: string[]) {
  return execa("sh", [PREINST, ...words], { reject: false });
}

describe("before the package loupe is unpacked", () => {
  it.each([
    { words: ["install"], what: "a first installation" },
    { words: ["install", "48.1-1"], what: "an image viewer of which only configuration is left" },
    { words: ["upgrade", "1:0.0.9", "1:0.1.0"], what: "an upgrade of our own" },
    { words: ["abort-upgrade", "1:0.2.0"], what: "the return to our own after a failed upgrade" },
  ])("nothing is in the way of $what", async ({ words }) => {
    expect(await runPreinst(...words)).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("GNOME's image viewer is not taken for an older version of ours", async () => {
    const { exitCode, stdout, stderr } = await runPreinst("upgrade", "48.1-1", "1:0.1.0");
    expect(stderr).toMatch(
      /^loupe: the package loupe 48\.1-1 .* is GNOME's image viewer.*\n.*not installed.*apt remove loupe/,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });
});
