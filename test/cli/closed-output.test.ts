// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";

const LOUPE = fileURLToPath(new URL("../../bin/loupe", import.meta.url));

it("an analysis whose messages nobody reads any more ends like one that is interrupted, and leaves no process", async () => {
  const directory = mkdtempSync(join(tmpdir(), "loupe-closed-"));
  try {
    const mark = `0.5${process.pid}`;
    const script = `"$1" analyze --verbose --consider sleep --work-dir work -- sh -c 'sleep ${mark}' 2>&1 | head -n 1 >first
echo "\${PIPESTATUS[0]}"`;
    const { stdout } = await execa("bash", ["-c", script, "bash", LOUPE], { cwd: directory });
    expect(stdout).toBe(String(128 + 13));
    expect((await execa("pgrep", ["--full", `^sleep ${mark}`], { reject: false })).stdout).toBe("");
    // The lock is gone, and the journal is kept.
    expect(readdirSync(join(directory, "work"))).toContain("journal.jsonl");
    expect(readdirSync(join(directory, "work"))).not.toContain("lock");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
