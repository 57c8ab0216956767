// SPDX-License-Identifier: GPL-3.0-or-later
import { copyFile, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScratch, type Scratch } from "../support/scratch.js";
import { LOUPE, loupe, type Outcome } from "./loupe.js";

/** Nothing where the tests run as one. */
const ORDINARY_USER = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

/** A program with a way out of its profile: with an argument it asks for something that it did not before. */
const PROGRAM = `
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	struct utsname name;
	if (argc > 1 && strcmp(argv[1], "uname") == 0 && uname(&name) != 0) {
		perror("uname");
		return 1;
	}
	return getppid() >= 0 && puts("hello") >= 0 ? 0 : 1;
}`;

let shared: string;
let manifest: string;

/** One real analysis is enough for all tests. */
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), "loupe-export-test-"));
  const [source, program] = [join(shared, "prog.c"), join(shared, "prog")];
  await writeFile(source, PROGRAM);
  await execa("gcc", ["-static", "-O1", "-o", program, source]);
  const check = ["--consider", "./prog", "--", "sh", "-c", "./prog | grep -q hello"];
  const { stdout } = await execa(LOUPE, ["analyze", "--replicas", "1", "--json", ...check], { cwd: shared });
  manifest = stdout;
});

afterAll(() => rm(shared, { recursive: true, force: true }));

/** A scratch directory with the program and its manifest. */
async function analyzed(): Promise<Scratch> {
  const scratch = await openScratch();
  await scratch.file("m.json", manifest);
  await copyFile(join(shared, "prog"), scratch.path("prog"));
  return scratch;
}

const exportTo = (scratch: Scratch, words: readonly string[], settings = {}): Promise<Outcome> =>
  loupe(scratch, ["export", "seccomp-bpf", "m.json", "--output", "p.bpf", ...words], settings);

describe("loupe export", () => {
  it("writes profiles under which the program runs, and refuses what it did not do before", async () => {
    const scratch = await analyzed();
    const passes = await exportTo(scratch, ["--verify", "--", "./prog"]);
    expect(passes.stderr).toContain("verified with bwrap: the command passes under the profile; no call was refused");
    expect(passes.status).toBe(0);
    expect((await stat(scratch.path("p.bpf"))).size % 8).toBe(0);

    const refused = await exportTo(scratch, ["--verify", "--", "./prog", "uname"]);
    expect(refused.stderr).toContain("uname: Function not implemented");
    expect(refused.stderr).toMatch(/fails under the profile: exit status 1; refused: .*uname \(\/.*\/prog, 1 times\)/);
    expect(refused.status).toBe(1);

    const also = await exportTo(scratch, ["--also", "uname", "--verify", "--", "./prog", "uname"]);
    expect(also.status).toBe(0);

    const killed = await exportTo(scratch, ["--refuse", "kill", "--verify", "--", "./prog", "uname"]);
    expect(killed.stderr).toContain("killed by SIGSYS");
    expect(killed.status).toBe(1);

    const other = await exportTo(scratch, ["--refuse", "EPERM", "--verify", "--", "./prog", "uname"]);
    expect(other.stderr).toContain("uname: Operation not permitted");
    expect(other.stderr).toMatch(/refused: .*uname/);
  });

  it("does without what can be stubbed, but not without what the program falls back to", async () => {
    const scratch = await analyzed();
    const list = ({ stdout }: Outcome): readonly string[] => JSON.parse(stdout).syscalls[0].names;
    const used = list(await loupe(scratch, ["export", "seccomp-oci", "m.json"]));
    const required = await loupe(scratch, [
      ...["export", "seccomp-oci", "--allow", "required", "--consider", "prog", "m.json"],
      ...["--verify", "--", "./prog"],
    ]);
    expect(required.stderr).toMatch(/because the programs fall back to it: .*\bmmap/);
    expect(required.stderr).toMatch(/the command passes under the profile; refused: brk/);
    expect(used).toContain("brk");
    expect(used).not.toContain("mmap");
    expect(list(required)).toContain("mmap");
    expect(list(required)).not.toContain("brk");
    expect(required.status).toBe(0);
  });

  it("filters the programs of the manifest alone with the tracer, whoever starts them", async () => {
    const scratch = await analyzed();
    const words = ["--verify", "--loader", "tracer", "--consider", "prog", "--", "sh", "-c"];
    expect(await exportTo(scratch, [...words, "uname && ./prog"])).toMatchObject({ status: 0 });
    const refused = await exportTo(scratch, [...words, "uname && ./prog uname"]);
    expect(refused.stderr).toMatch(/with tracer, the command fails .*refused: .*uname \(\/.*\/prog, 1 times\)/);
  });

  it("runs under its profile as an ordinary user, too", async () => {
    const scratch = await analyzed();
    const settings = { wrapper: ORDINARY_USER, environment: { TMPDIR: "/tmp", HOME: "/tmp" } };
    const words = ["export", "seccomp-bpf", "m.json", "--verify", "--", "./prog"];
    const { stderr, status } = await loupe(scratch, words, settings);
    expect(stderr).toContain("the command passes under the profile");
    expect(status).toBe(0);
  });

  it("tells a command that fails by itself from one that the profile breaks", async () => {
    const scratch = await analyzed();
    const { stderr, status } = await exportTo(scratch, ["--verify", "--loader", "tracer", "--", "sh", "-c", "exit 3"]);
    expect(stderr).toContain("fails without the profile, too: exit status 3");
    expect(status).toBe(4);
  });

  it("drives a server under its profile with a test script", async () => {
    const scratch = await openScratch();
    const [server, connect] = [await scratch.staticProgram("server"), await scratch.program("connect")];
    await scratch.file("m.json", manifest);
    const allow = ["socket", "unlink", "bind", "listen", "accept", "getpid", "close", "brk", "pause"];
    const words = ["--verify", ...allow.flatMap((name) => ["--also", name])];
    const drive = ["--test-script", `${connect} socket | grep -q ok`, "--", server, "socket"];
    expect(await exportTo(scratch, [...words, ...drive])).toMatchObject({ status: 0 });
    const refused = await exportTo(scratch, [...words, ...drive, "child"]);
    expect(refused.stderr).toContain("refused: clone");
  });

  it("says where systemd is not there, and loads what systemd would", async () => {
    const scratch = await analyzed();
    const words = ["export", "systemd", "m.json", "--verify", "--loader", "bwrap", "--", "./prog"];
    const { stdout, status } = await loupe(scratch, words);
    expect(stdout).toMatch(/^SystemCallFilter=.*\bgetppid\b/m);
    expect(status).toBe(0);
  });
});

describe("with a database", () => {
  it("takes the manifests of packages from there", async () => {
    const scratch = await analyzed();
    expect(await loupe(scratch, ["db", "merge", "--db", "db.sqlite", "m.json"])).toMatchObject({ status: 0 });
    const { status, stdout } = await loupe(scratch, ["export", "systemd", "--db", "db.sqlite", "prog"]);
    expect(stdout).toBe((await loupe(scratch, ["export", "systemd", "m.json"])).stdout);
    expect(status).toBe(0);
    const missing = await loupe(scratch, ["export", "systemd", "--db", "db.sqlite", "other"]);
    expect(missing.stderr).toMatch(/^loupe: other: .*db\.sqlite has no manifest of it/);
    expect(missing).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("loupe export refuses with a sentence", () => {
  it.each([
    [["seccomp-bpf"], /manifest/],
    [["apparmor", "m.json"], /apparmor/],
    [["systemd", "none.json"], /none\.json/],
    [["systemd", "m.json"], /m\.json: not JSON/],
    [["systemd", "--refuse", "log", "m.json"], /m\.json/],
    [["systemd", "m.json", "--", "true"], /--verify/],
    [["systemd", "m.json", "--verify"], /no command/],
    [["systemd", "m.json", "--allow", "required"], /fall back/],
    [["systemd", "m.json", "--loader", "magic"], /magic/],
  ])("%j", async (words, sentence) => {
    const scratch = await openScratch();
    await scratch.file("m.json", "no manifest");
    const { status, stdout, stderr } = await loupe(scratch, ["export", ...words]);
    expect(stderr).toMatch(/^loupe: /);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it("a missing bwrap", async () => {
    const scratch = await analyzed();
    await symlink(process.execPath, scratch.path("node"));
    const words = ["export", "systemd", "m.json", "--verify", "--loader", "bwrap", "--", "./prog"];
    const { status, stderr } = await loupe(scratch, words, { environment: { PATH: scratch.directory } });
    expect(stderr).toContain("bwrap is not installed");
    expect(status).toBe(3);
  });

  it("a directory as the output, and leaves nothing", async () => {
    const scratch = await analyzed();
    const { status, stderr } = await loupe(scratch, ["export", "systemd", "m.json", "--output", "."]);
    expect(stderr).toContain("name a file for the profile");
    expect(status).toBe(2);
    await expect(readFile(scratch.path("p.bpf"))).rejects.toThrow();
  });
});
