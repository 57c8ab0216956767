// SPDX-License-Identifier: GPL-3.0-or-later
// What loupe build refuses before it starts anything. test/sbuild runs real builds.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const LOUPE = fileURLToPath(new URL("../../bin/loupe", import.meta.url));

const DSC = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Format: 3.0 (native)
Source: greet
Version: 1:1.0
Files:
 00000000000000000000000000000000 5 greet_1.0.tar.xz

-----BEGIN PGP SIGNATURE-----

iHUEARYKAB0
-----END PGP SIGNATURE-----
`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loupe-build-"));
  writeFileSync(join(directory, "greet_1.0.dsc"), DSC);
  writeFileSync(join(directory, "greet_1.0.tar.xz"), "empty");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function refuse(
  words: readonly string[],
  status: number,
  message: RegExp,
  env: Record<string, string> = {},
): Promise<void> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [LOUPE, "build", ...words], {
    cwd: directory,
    env,
    reject: false,
  });
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: status, stdout: "" });
}

/** Programs of the machine, but only these. */
function makePath(...programs: readonly string[]): string {
  const path = join(directory, "bin");
  mkdirSync(path);
  for (const program of programs) {
    symlinkSync(`/usr/bin/${program}`, join(path, program));
  }
  return path;
}

describe("loupe build refuses", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["nothing", [], /missing required argument 'dsc'/],
    ["a file that is missing", ["none.dsc"], /\/none\.dsc: cannot be read: no such file or directory/],
    ["a source tree", ["."], /a directory; make a source package of it with "dpkg-source -b/],
    ["something else", ["greet_1.0.tar.xz"], /greet_1\.0\.tar\.xz: not the \.dsc of a source package/],
    ["unknown options of dh_loupe", ["--options", "--foo", "greet_1.0.dsc"], /Unknown option: foo/],
    [
      "an extra package that is none",
      ["--extra-package", "greet_1.0.dsc", "greet_1.0.dsc"],
      /neither a \.deb file nor/,
    ],
    [
      "a release that cannot be one",
      ["--dist", "a b", "greet_1.0.dsc"],
      /--dist "a b": not the name of a distribution/,
    ],
    ["a time limit that is none", ["--time-limit", "0", "greet_1.0.dsc"], /greater than 0/],
  ])("%s", async (_, words, message) => {
    await refuse(words, 2, message);
  });

  it("a source package that is not complete, and one that names files elsewhere", async () => {
    rmSync(join(directory, "greet_1.0.tar.xz"));
    await refuse(["greet_1.0.dsc"], 2, /missing beside it: greet_1\.0\.tar\.xz; fetch them/);
    writeFileSync(join(directory, "greet_1.0.dsc"), DSC.replace("5 greet_1.0.tar.xz", "5 ../greet_1.0.tar.xz"));
    await refuse(["greet_1.0.dsc"], 2, /"\.\.\/greet_1\.0\.tar\.xz" is not the name of a file beside it/);
  });

  it("a machine without sbuild, naming the package to install", async () => {
    await refuse(
      ["greet_1.0.dsc"],
      3,
      /^loupe: sbuild: no such program in PATH.* \(it is in the Debian package sbuild\)$/,
      {
        PATH: makePath("sh"),
      },
    );
  });

  it("an sbuild that cannot be executed", async () => {
    const path = makePath("sh");
    writeFileSync(join(path, "sbuild"), "#!/bin/sh\n");
    chmodSync(join(path, "sbuild"), 0o644);
    await refuse(
      ["greet_1.0.dsc"],
      3,
      /no program of this name in PATH can be executed: .*\/bin\/sbuild: not executable/,
      {
        PATH: path,
      },
    );
  });
});
