// SPDX-License-Identifier: GPL-3.0-or-later
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyTree, restoreTree } from "../../src/debian/tree-snapshot.js";
import { EnvironmentError } from "../../src/errors.js";

let top: string;
let tree: string;
let work: string;
let snapshot: string;

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), "loupe-snapshot-"));
  tree = join(top, "tree");
  work = join(tree, "debian/.debhelper/loupe");
  snapshot = join(work, "snapshot");
  await mkdir(join(tree, "src/deep"), { recursive: true });
  await mkdir(join(tree, "debian/.debhelper/generated"), { recursive: true });
  await writeFile(join(tree, "src/prog"), "program", { mode: 0o755 });
  await writeFile(join(tree, "src/deep/-odd name\n"), "odd");
  await writeFile(join(tree, "debian/rules"), "rules", { mode: 0o755 });
  await writeFile(join(tree, "debian/.debhelper/generated/x"), "debhelper's");
  await symlink("prog", join(tree, "src/link"));
});
afterEach(() => rm(top, { recursive: true }));

describe("copyTree", () => {
  it("copies everything but debhelper's directory, with times and modes", async () => {
    await copyTree(tree, snapshot, work);
    expect((await readdir(snapshot, { recursive: true })).sort()).toEqual(
      ["debian", "debian/rules", "src", "src/deep", "src/deep/-odd name\n", "src/link", "src/prog"].sort(),
    );
    const [before, copied] = await Promise.all(
      [tree, snapshot].map((directory) => lstat(join(directory, "src/prog"), { bigint: true })),
    );
    expect(copied).toMatchObject({ mode: before?.mode, mtimeNs: before?.mtimeNs });
  });

  it("names the tree and the way out when it cannot be copied", async () => {
    await mkdir(join(top, "to"));
    await writeFile(join(top, "to/src"), "a file where a directory has to go");
    const copying = copyTree(tree, join(top, "to"), work);
    await expect(copying).rejects.toThrow(EnvironmentError);
    await expect(copying).rejects.toThrow(/source tree .* cannot be copied: .*--work-dir/);
  });
});

describe("restoreTree", () => {
  it("brings back what was changed, removed or replaced and takes away what is new", async () => {
    await copyTree(tree, snapshot, work);
    await writeFile(join(tree, "src/prog"), "damaged");
    await rm(join(tree, "src/deep"), { recursive: true });
    await rm(join(tree, "src/link"));
    await mkdir(join(tree, "src/link/inside"), { recursive: true });
    await writeFile(join(tree, "new file"), "");
    await chmod(join(tree, "debian/rules"), 0o600);
    expect(await restoreTree(tree, snapshot, work)).toBeGreaterThan(0);
    expect(await readFile(join(tree, "src/prog"), "utf8")).toBe("program");
    expect(await readFile(join(tree, "src/deep/-odd name\n"), "utf8")).toBe("odd");
    expect(await readlink(join(tree, "src/link"))).toBe("prog");
    expect((await readdir(tree)).sort()).toEqual(["debian", "src"]);
    expect((await lstat(join(tree, "debian/rules"))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(tree, "debian/.debhelper/generated/x"), "utf8")).toBe("debhelper's");
  });

  it("sees a change that keeps the size, by its time", async () => {
    await copyTree(tree, snapshot, work);
    await writeFile(join(tree, "src/prog"), "PROGRAM");
    expect(await restoreTree(tree, snapshot, work)).toBe(2);
    expect(await readFile(join(tree, "src/prog"), "utf8")).toBe("program");
  });

  it("gives back the times by which make decides", async () => {
    const old = new Date("2020-01-01T00:00:00Z");
    await utimes(join(tree, "src/prog"), old, old);
    await copyTree(tree, snapshot, work);
    await utimes(join(tree, "src/prog"), new Date(), new Date());
    await restoreTree(tree, snapshot, work);
    expect((await lstat(join(tree, "src/prog"))).mtime).toEqual(old);
  });

  it("touches nothing when nothing has changed", async () => {
    await copyTree(tree, snapshot, work);
    expect(await restoreTree(tree, snapshot, work)).toBe(0);
  });
});
