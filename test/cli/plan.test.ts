// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import type { Verdict } from "../../src/analysis/feature.js";
import { runLoupe } from "../../src/cli/loupe.js";
import { manifestSchema } from "../../src/manifest/consistency.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

type Verdicts = Readonly<Record<string, Verdict>>;

function manifest(name: string, verdicts: Verdicts): string {
  const entries = Object.entries(verdicts);
  const avoidable = (wanted: readonly Verdict[]): readonly string[] =>
    entries.filter(([, verdict]) => wanted.includes(verdict)).map(([call]) => call);
  const features = entries.map(([call, verdict]) => ({
    ...{ kind: "syscall", name: call, calls: 1, executables: ["prog"], verdict },
    stub: { works: verdict === "stub" || verdict === "any", runs: 1 },
    fake: { works: verdict === "fake" || verdict === "any", runs: 1 },
  }));
  const confirmation = { stubbed: avoidable(["stub", "any"]), faked: avoidable(["fake"]), replicas: 3, passed: true };
  return JSON.stringify(
    manifestSchema.parse({ ...exampleManifest(), package: { name }, features, confirmation, conflicts: [] }),
  );
}

/** Four packages in a directory, and the list of a system. */
async function prepare(): Promise<Scratch> {
  const scratch = await openScratch();
  await mkdir(scratch.path("all"));
  const { confirmation, search, ...rest } = exampleManifest();
  expect([confirmation, search]).not.toContain(undefined);
  const broken = {
    ...rest,
    package: { name: "broken" },
    outcome: "timeout",
    reason: "too long",
    features: [],
    conflicts: [],
  };
  const files: Readonly<Record<string, string>> = {
    cat: manifest("cat", { read: "required", brk: "any" }),
    echo: manifest("echo", { write: "required", madvise: "stub" }),
    server: manifest("server", { write: "required", socket: "required", madvise: "required", uname: "fake" }),
    broken: JSON.stringify(broken),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(scratch.path(`all/${name}.loupe.json`), text);
  }
  await scratch.file("os.syscalls", "read\nbrk # enough for a heap\n");
  return scratch;
}

/** Runs the command in this process, which takes a tenth of the time, and returns its only message. */
async function refuse(scratch: Scratch, words: readonly string[]): Promise<string> {
  const paths = words.map((word) => (word.startsWith("-") || !FILES.test(word) ? word : scratch.path(word)));
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    expect(await runLoupe(["plan", ...paths])).toBe(2);
    expect(stdout).not.toHaveBeenCalled();
    expect(stderr).toHaveBeenCalledTimes(1);
    return String(stderr.mock.calls[0]?.[0]).replaceAll(`${scratch.directory}/`, "");
  } finally {
    stderr.mockRestore();
    stdout.mockRestore();
  }
}

/** The words of the refusals that are files. */
const FILES = /^(all|none|os|empty|nowhere|text)\b/;

describe("loupe plan", () => {
  test("shows the steps, the proof, and what is unknown", async () => {
    const { status, stdout, stderr } = await loupe(await prepare(), ["plan", "--os", "os.syscalls", "all"]);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^step +do this +effort +in all +then these run +run$/),
      expect.stringMatching(/^ +0 +- +0 +0 +cat +1$/),
      expect.stringMatching(/^ +1 +implement write +1\.01 +1\.01 +echo +2$/),
      expect.stringMatching(/^ +stub madvise$/),
      expect.stringMatching(/^ +2 +implement madvise\*, socket +2\.01 +3\.02 +server +3$/),
      expect.stringMatching(/^ +fake uname$/),
      "* was stubbed or faked before, by an earlier step or by the system itself.",
      "",
      expect.stringMatching(
        /^3 packages: 1 run already, 2 after 2 steps\. Area .* 4\.03; .*Always taking the cheapest/,
      ),
      "Unknown, and so in no step: broken (timeout).",
      "",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("writes the same as JSON, whatever the order of its input", async () => {
    const scratch = await prepare();
    const names = ["cat", "echo", "server", "broken"].map((name) => `all/${name}.loupe.json`);
    const one = await loupe(scratch, ["plan", "--json", "--os", "os.syscalls", ...names]);
    const other = await loupe(scratch, ["plan", "--json", "--os", "os.syscalls", ...[...names].reverse()]);
    expect(one.stdout).toBe(other.stdout);
    expect(JSON.parse(one.stdout)).toMatchObject({
      schema: "loupe-plan/1",
      os: { states: { brk: "full", read: "full" }, notes: [], unknown: [] },
      supportedAlready: ["cat"],
      steps: [{ packages: ["echo"] }, { packages: ["server"], changed: ["madvise"] }],
      unknown: [{ name: "broken", reason: "timeout" }],
      area: 4.03,
      comparison: null,
    });
  });

  test("tells of lines of the OS list that are no plain names, and goes on", async () => {
    const scratch = await prepare();
    await scratch.file("odd.csv", "name,status\n0,full\nbkr,full\nwrite,partial\n");
    const { status, stdout, stderr } = await loupe(scratch, ["plan", "--os", "odd.csv", "all"]);
    expect(stderr).toMatch(/^loupe: odd\.csv:3: "bkr" is not a system call of x86_64: did you mean .*brk/);
    expect(stderr).toContain("loupe: odd.csv:2: number 0 is read on x86_64\n");
    expect(stdout).toContain("Only a part of write is there; whether that is enough is not known for echo, server.");
    expect(status).toBe(0);
  });

  test("plans by popularity, by costs, for some packages, and for systems that refuse unknown calls", async () => {
    const scratch = await prepare();
    await scratch.file("popcon", "server 1000\n");
    await scratch.file("costs", "socket 0.5\n");
    const words = [
      "plan",
      "--json",
      "--os",
      "os.syscalls",
      "--popcon",
      "popcon",
      "--costs",
      "costs",
      "--unlisted",
      "stub",
    ];
    const { stdout } = await loupe(scratch, [...words, "--packages", "echo,server", "all"]);
    expect(JSON.parse(stdout)).toMatchObject({
      supportedAlready: [],
      steps: [
        { implement: ["write"], packages: ["echo"] },
        { implement: ["madvise", "socket"], fake: ["uname"], changed: ["madvise", "socket", "uname"], effort: 1.51 },
      ],
      unknown: [],
    });
  });

  test("plans the same from a database", async () => {
    const scratch = await prepare();
    expect(await loupe(scratch, ["db", "merge", "--db", "usage.db", "all"])).toMatchObject({ status: 0 });
    const words = ["plan", "--json", "--os", "os.syscalls"];
    const fromDatabase = JSON.parse((await loupe(scratch, [...words, "--db", "usage.db"])).stdout);
    const fromManifests = JSON.parse((await loupe(scratch, [...words, "all"])).stdout);
    expect(fromDatabase).toEqual(fromManifests);
    expect(await refuse(scratch, ["--os", "os.syscalls", "--db", "none.db"])).toMatch(/none\.db/);
  });

  test("compares with an order in which packages were really gained, and with naive work", async () => {
    const scratch = await prepare();
    await scratch.file("order", "server\ngone\necho\ncat\n");
    const { stdout } = await loupe(scratch, ["plan", "--os", "os.syscalls", "--organic", "order", "all"]);
    expect(stdout).toContain("Calls implemented until so many of 3 packages run:");
    expect(stdout).toMatch(/^packages run +organic +naive +plan\n +1 +0 +0 +0\n +2 +3 +2 +1\n +3 +3 +4 +3$/m);
    expect(stdout).toContain("Not measured, and left out: gone.");
  });

  test.each([
    [["--os", "none", "all"], /^loupe: none: cannot be read: no such file or directory/],
    [["all"], /^loupe: --os is missing/],
    [["--os", "all", "all"], /^loupe: all: cannot be read: illegal operation on a directory/],
    [["--os", "os.syscalls"], /^loupe: there is no measured package to plan for/],
    [["--os", "os.syscalls", "text"], /^loupe: text: not JSON/],
    [["--os", "os.syscalls", "nowhere"], /^loupe: nowhere: no such file or directory/],
    [["--os", "os.syscalls", "empty"], /^loupe: empty: there is no manifest \(\*\.loupe\.json\) in this directory/],
    [["--os", "all/cat.loupe.json", "all"], /^loupe: all\/cat\.loupe\.json:\d+: .* neither a name|NAME,STATUS/],
    [["--os", "os.syscalls", "--packages", "ehco", "all"], /measurement of "ehco"; did you mean echo\?/],
    [["--os", "os.syscalls", "--packages", "broken", "all"], /only package has verdicts.*timeout|broken: timeout/],
    [["--os", "os.syscalls", "--workload", "benchmark", "all"], /none of the 4 manifests is of amd64 and benchmark/],
    [["--os", "os.syscalls", "--costs", "os.syscalls", "all"], /os\.syscalls:1: "read" should be NAME COST/],
    [["--os", "os.syscalls", "--popcon", "os.syscalls", "all"], /os\.syscalls:1: "read" is neither a line of popcon/],
    [["--os", "os.syscalls", "--organic", "none", "all"], /^loupe: none: cannot be read/],
    [["--os", "os.syscalls", "--stub-cost", "cheap", "all"], /number up to 10000/],
    [["--os", "os.syscalls", "--architecture", "sparc", "all"], /amd64, arm64/],
  ])("refuses %j with a sentence", async (words, sentence) => {
    const scratch = await prepare();
    await mkdir(scratch.path("empty"));
    await scratch.file("text", "no manifest");
    expect(await refuse(scratch, words)).toMatch(sentence);
  });
});
