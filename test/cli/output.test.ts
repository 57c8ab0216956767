// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";

const [LOUPE, DH_LOUPE] = [resolve("bin/loupe"), resolve("bin/dh_loupe")];

describe("a result that cannot be written is an error", () => {
  it.each([
    [LOUPE, ["--help"]],
    [LOUPE, ["compare", "--help"]],
    [LOUPE, ["trace", "--json", "--", "/bin/true"]],
    [DH_LOUPE, ["--version"]],
  ])("%s %j", async (program, words) => {
    const { exitCode, stderr } = await execa("sh", ["-c", 'exec "$@" >/dev/full', "sh", program, ...words], {
      reject: false,
    });
    expect(stderr).toMatch(/^(dh_)?loupe: .*cannot write to standard output.*no space left/);
    expect(stderr).not.toContain("\n");
    expect(exitCode).toBe(3);
  });

  it("also where only a part of it fits", async () => {
    const directory = mkdtempSync(join(tmpdir(), "loupe-output-"));
    try {
      // ulimit -f counts blocks of 512 bytes; without SIGXFSZ the kernel writes what fits, and then says EFBIG.
      const script = 'trap "" XFSZ; ulimit -f 1; exec "$1" batch run --help >"$2"';
      const file = join(directory, "help");
      const { exitCode, stderr } = await execa("sh", ["-c", script, "sh", LOUPE, file], { reject: false });
      expect(statSync(file).size).toBe(512);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining("file too large")]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
