// SPDX-License-Identifier: GPL-3.0-or-later
// Five real programs under their exported profiles, loaded by what profiles are for: bubblewrap, runc, systemd.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const LOUPE = resolve("bin/loupe");

/** Programs with a workload of theirs alone, without a shell, and one that goes beyond it: sort falls back to something else. */
const PROGRAMS = [
  {
    name: "gzip",
    command: ["gzip", "--stdout", "numbers"],
    beyond: ["gzip", "--keep", "--force", "numbers"],
    status: 1,
  },
  {
    name: "sort",
    command: ["sort", "--reverse", "--numeric-sort", "numbers"],
    beyond: ["sort", "-o", "x", "numbers"],
    status: 0,
  },
  { name: "sed", command: ["sed", "s/1/one/g", "numbers"], beyond: ["sed", "-i", "s/1/one/", "copy"], status: 1 },
  { name: "perl", command: ["perl", "count.pl", "numbers"], beyond: ["perl", "-e", "fork // die $!"], status: 1 },
] as const;

/** The script takes the socket away, so that each run begins like the analysis did: without one. */
const SERVER = ["--test-script", "./connect socket | grep -q ok && rm socket", "--", "./server", "socket"];

describe("exported profiles", () => {
  let directory: string;
  const loupe = (...words: readonly string[]) =>
    execa(LOUPE, words, { cwd: directory, reject: false, env: { LC_ALL: "C" } });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "loupe-profiles-"));
    const numbers = Array.from({ length: 2000 }, (_, index) => `${index}\n`).join("");
    await writeFile(join(directory, "numbers"), numbers);
    await writeFile(join(directory, "copy"), numbers);
    await writeFile(join(directory, "count.pl"), "my %seen; $seen{length $_}++ while <>; print %seen;\n");
    for (const name of ["server", "connect"]) {
      await execa("gcc", ["-O1", "-o", join(directory, name), resolve(`test/fixtures/programs/${name}.c`)]);
    }
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(PROGRAMS)(
    "$name passes under them, and is refused what it did not do",
    async ({ name, command, beyond, status }) => {
      expect(await loupe("analyze", "--replicas", "1", "--output", `${name}.json`, "--", ...command)).toMatchObject({
        exitCode: 0,
      });
      for (const words of [["seccomp-bpf"], ["seccomp-oci"], ["systemd"], ["seccomp-bpf", "--allow", "required"]]) {
        const loader = words[0] === "systemd" ? ["--loader", "bwrap"] : [];
        const { exitCode, stderr } = await loupe(
          "export",
          ...words,
          `${name}.json`,
          "--verify",
          ...loader,
          "--",
          ...command,
        );
        expect({ words, exitCode, stderr }).toMatchObject({ exitCode: 0 });
        expect(stderr).toContain("passes under the profile");
      }
      const refused = await loupe("export", "seccomp-bpf", `${name}.json`, "--verify", "--", ...beyond);
      expect(refused.stderr).toMatch(/under the profile.*; refused: \w+/);
      expect(refused.exitCode).toBe(status);
    },
  );

  it("a server passes under them, and is refused what it did not do", async () => {
    expect(await loupe("analyze", "--replicas", "1", "--output", "server.json", ...SERVER)).toMatchObject({
      exitCode: 0,
    });
    for (const words of [[], ["--allow", "required"]]) {
      const { exitCode, stderr } = await loupe("export", "seccomp-bpf", ...words, "server.json", "--verify", ...SERVER);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    }
    const refused = await loupe("export", "seccomp-bpf", "server.json", "--verify", ...SERVER, "child");
    expect(refused.stderr).toContain("refused: clone (");
  });

  it.runIf(process.getuid?.() === 0)("runc loads one, and the kernel refuses what is not in it", async () => {
    await loupe("analyze", "--replicas", "1", "--output", "runc.json", "--", "gzip", "--stdout", "numbers");
    const { stdout: profile } = await loupe("export", "seccomp-oci", "runc.json");
    const bundle = join(directory, "bundle");
    for (const name of ["proc", "usr", "lib", "lib64", "bin", "etc", "work"]) {
      await mkdir(join(bundle, "rootfs", name), { recursive: true });
    }
    await execa("runc", ["spec"], { cwd: bundle });
    const spec = JSON.parse(await readFile(join(bundle, "config.json"), "utf8"));
    const run = async (...args: readonly string[]) => {
      const bind = (source: string, destination = source) => ({
        ...{ source, destination, type: "none", options: ["rbind", "ro"] },
      });
      const changed = {
        ...spec,
        process: { ...spec.process, args, terminal: false, noNewPrivileges: true, cwd: "/work" },
        mounts: [
          { destination: "/proc", type: "proc", source: "proc" },
          ...["/usr", "/lib", "/lib64", "/bin", "/etc"].map((path) => bind(path)),
          bind(directory, "/work"),
        ],
        linux: { ...spec.linux, seccomp: JSON.parse(profile), resources: {} },
      };
      await writeFile(join(bundle, "config.json"), JSON.stringify(changed));
      const name = `loupe-${process.pid}`;
      return execa("runc", ["run", "--bundle", bundle, name], { reject: false, encoding: "buffer" });
    };
    const passed = await run("gzip", "--stdout", "numbers");
    expect(Buffer.from(passed.stderr).toString()).not.toMatch(/error/);
    expect(passed.exitCode).toBe(0);
    expect(passed.stdout.length).toBeGreaterThan(1000);
    const refused = await run("mkdir", "/work/bundle/x");
    expect(Buffer.from(refused.stderr).toString()).toContain("Function not implemented");
    expect(refused.exitCode).toBe(1);
  });
});
