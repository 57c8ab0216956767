// SPDX-License-Identifier: GPL-3.0-or-later
// What an analysis makes of suites that are not as they should be, as root and as an ordinary user: through `loupe analyze`.
import { chown, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Manifest } from "../../src/manifest/schema.js";
import { LOUPE, loupe, type Outcome } from "../cli/loupe.js";
import { openScratch, type Scratch } from "../support/scratch.js";

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const USERS = isRoot ? (["root", "user"] as const) : (["user"] as const);
const TIMEOUT = 180_000;

type User = (typeof USERS)[number];

function wrapperFor(user: User): readonly string[] {
  return isRoot && user === "user" ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
}

interface Analysis extends Outcome {
  readonly manifest: Manifest;
}

async function analyze(scratch: Scratch, user: User, words: readonly string[]): Promise<Analysis> {
  if (isRoot && user === "user") {
    await chown(scratch.directory, NOBODY, NOBODY);
  }
  const outcome = await loupe(scratch, ["analyze", "--json", "--replicas", "1", ...words], {
    wrapper: wrapperFor(user),
  });
  expect(outcome.stderr).not.toContain("not isolated");
  return { ...outcome, manifest: JSON.parse(outcome.stdout) as Manifest };
}

function verdictOf({ manifest }: Analysis, name: string): string | undefined {
  return manifest.features.find((feature) => feature.name === name)?.verdict;
}

function reasonOf({ manifest }: Analysis, name: string, treatment: "stub" | "fake"): string | undefined {
  return manifest.features.find((feature) => feature.name === name)?.[treatment]?.reason;
}

describe.each(USERS)("as %s", (user) => {
  test("a suite that skips where a call fails needs the call", { timeout: TIMEOUT }, async () => {
    const scratch = await openScratch();
    await scratch.staticProgram("tap");
    const analysis = await analyze(scratch, user, ["--", "./tap"]);
    expect(analysis.manifest).toMatchObject({
      outcome: "analyzed",
      environment: { isolation: "sandbox" },
      workload: { testFormat: "tap", testsPassed: 2 },
    });
    expect(reasonOf(analysis, "socket", "stub")).toContain("passed before and is skipped now");
    // Success without a descriptor is enough for this suite: 0 is no failure.
    expect(verdictOf(analysis, "socket")).toBe("fake");
  });

  test("a suite that reports its tests says itself which exits matter", { timeout: TIMEOUT }, async () => {
    const scratch = await openScratch();
    await scratch.staticProgram("conflict");
    await scratch.script("suite", "echo 1..1; ./conflict; echo 'ok 1 - whatever'");
    const analysis = await analyze(scratch, user, ["--consider", "conflict", "--", "./suite"]);
    expect(analysis.manifest).toMatchObject({ outcome: "analyzed", workload: { testFormat: "tap" }, conflicts: [] });
    expect([verdictOf(analysis, "getppid"), verdictOf(analysis, "getsid")]).toEqual(["any", "any"]);
  });

  test("a conflict of two calls, and a joint set that passes", { timeout: TIMEOUT }, async () => {
    const scratch = await openScratch();
    await scratch.staticProgram("conflict");
    const analysis = await analyze(scratch, user, ["--", "./conflict"]);
    expect(analysis.manifest.conflicts).toEqual([["getppid", "getsid"]]);
    expect([verdictOf(analysis, "getppid"), verdictOf(analysis, "getsid")].sort()).toEqual(["any", "required"]);
    expect(analysis.manifest.confirmation?.passed).toBe(true);
  });

  test("what a stub of another call keeps from being used is judged without that", { timeout: TIMEOUT }, async () => {
    const scratch = await openScratch();
    await scratch.staticProgram("handler");
    const analysis = await analyze(scratch, user, ["--", "./handler"]);
    expect([verdictOf(analysis, "rt_sigaction"), verdictOf(analysis, "getsid")]).toEqual(["stub", "required"]);
    expect(reasonOf(analysis, "getsid", "stub")).toContain("exited with status 1");
    expect(analysis.manifest).toMatchObject({ conflicts: [], confirmation: { passed: true } });
  });

  test("a flaky test is set aside by name", { timeout: TIMEOUT }, async () => {
    const scratch = await openScratch();
    await scratch.staticProgram("tap");
    // The user's home is the same in every run, unlike the tree and the temporary directories.
    const turn = join(user === "root" ? homedir() : "/var/lock", `${basename(scratch.directory)}.turn`);
    onTestFinished(() => rm(turn, { recursive: true, force: true }));
    const suite = [
      "echo 1..2",
      "./tap >/dev/null && echo 'ok 1 - steady' || { echo 'not ok 1 - steady'; exit 1; }",
      `if mkdir ${turn} 2>/dev/null; then echo 'ok 2 - moody'; else rmdir ${turn}; echo 'not ok 2 - moody'; exit 1; fi`,
    ];
    await scratch.script("suite", suite.join("\n"));
    const words = ["--replicas", "3", "--jobs", "1", "--consider", "tap", "--", "./suite"];
    const analysis = await analyze(scratch, user, words);
    expect(analysis.manifest).toMatchObject({
      outcome: "analyzed",
      workload: { testsPassed: 1, testsSetAside: ["test 2"] },
    });
    expect(verdictOf(analysis, "socket")).toBe("any");
    expect(verdictOf(analysis, "execve")).toBeUndefined();
  });

  // Each takes as long as the limit that ends it: root and the user share them.
  const shared = user === "root" ? ["spin", "bomb"] : ["hang", "daemon"];
  test.each(isRoot ? shared : ["spin", "hang", "bomb", "daemon"])(
    "a program that would %s without a call",
    { timeout: TIMEOUT },
    async (way) => {
      const scratch = await openScratch();
      await scratch.staticProgram("misbehave");
      const analysis = await analyze(scratch, user, ["--", "./misbehave", way]);
      expect(analysis.manifest.outcome).toBe("analyzed");
      expect(verdictOf(analysis, "getppid")).toBe("required");
      const reason = reasonOf(analysis, "getppid", "stub");
      expect(reason).toMatch(
        way === "bomb"
          ? /more processes at once|for \d/
          : way === "daemon"
            ? /exited with status 1/
            : way === "spin"
              ? /went on for \d|printed for \d|after \d/
              : /every process waited for \d/,
      );
    },
  );

  test("functions of a call and pseudo-files have verdicts of their own", { timeout: TIMEOUT }, async () => {
    const scratch = await openScratch();
    await scratch.staticProgram("files");
    const analysis = await analyze(scratch, user, ["--sub-features", "--pseudo-files", "--", "./files"]);
    expect(analysis.manifest.outcome).toBe("analyzed");
    expect(verdictOf(analysis, "fcntl:F_SETFL")).toBe("required");
    expect(verdictOf(analysis, "fcntl:F_SETFD")).toBe("any");
    expect(verdictOf(analysis, "/proc/self/comm")).toBe("any");
    expect(verdictOf(analysis, "/dev/zero")).toBe("required");
    expect(verdictOf(analysis, "fcntl")).toBe("required");
  });
});

test("descriptors and memory that pile up where close and munmap are faked are impacts", {
  timeout: TIMEOUT,
}, async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("files");
  const words = ["--impact", "--replicas", "9", "--", "./files"];
  const { manifest } = await analyze(scratch, USERS[0], words);
  const close = manifest.features.find(({ name }) => name === "close");
  expect(close?.impact).toContainEqual(expect.objectContaining({ treatment: "fake", metric: "descriptors" }));
  expect(close?.impact?.find(({ metric }) => metric === "descriptors")?.ratio).toBeGreaterThan(5);
  const munmap = manifest.features.find(({ name }) => name === "munmap");
  expect(munmap?.verdict).toBe("any");
  expect(munmap?.impact?.map(({ treatment, metric }) => [treatment, metric])).toEqual([
    ["stub", "residentKiB"],
    ["fake", "residentKiB"],
  ]);
  for (const { ratio } of munmap?.impact ?? []) {
    expect(ratio).toBeGreaterThan(2);
  }
  expect(manifest.features.find(({ name }) => name === "exit_group")?.impact).toEqual([]);
});

test("a number that depends on what runs at the same time is no impact", { timeout: TIMEOUT }, async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("misbehave");
  // Nothing but the user's home is the same in runs that go on at the same time.
  const home = isRoot ? homedir() : "/var/lock";
  const together = join(home, `${basename(scratch.directory)}.together`);
  await mkdir(together);
  onTestFinished(() => rm(together, { recursive: true, force: true }));
  const suite = `./misbehave >/dev/null || exit; mine=$(mktemp -d ${together}/XXXXXX); sleep 0.1; set -- ${together}/*; rmdir "$mine"; echo "together: $#"`;
  await scratch.script("suite", suite);
  const metric = ["--impact", "--metric", "together: ([0-9]+)"];
  const words = [...metric, "--replicas", "7", "--consider", "misbehave", "--", "./suite"];
  const { manifest } = await analyze(scratch, USERS[0], words);
  expect(manifest).toMatchObject({ outcome: "analyzed", environment: { isolation: "sandbox" } });
  expect(manifest.features.flatMap(({ impact }) => impact ?? [])).toEqual([]);
});

test("runs that are slow because the machine has become slower are made again, and are no hangs", {
  timeout: TIMEOUT,
}, async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("misbehave");
  // All runs after the three of the baseline are silent for longer than a run may be: they have more to do, in many processes.
  const home = isRoot ? homedir() : "/var/lock";
  const made = join(home, `${basename(scratch.directory)}.made`);
  await mkdir(made);
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  const suite = `mktemp -d ${made}/XXXXXX >/dev/null; set -- ${made}/*; [ $# -le 2 ] || work; ./misbehave nothing`;
  const work = "work() { for i in 1 2 3 4 5 6 7 8 9 10 11 12; do timeout 0.4 sh -c 'while :; do :; done'; done; }";
  await scratch.script("suite", `${work}; ${suite}`);
  const words = ["--replicas", "2", "--consider", "misbehave", "--", "./suite"];
  const { manifest } = await analyze(scratch, USERS[0], words);
  expect(manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true } });
  const reasons = manifest.features.flatMap(({ stub, fake }) => [stub?.reason ?? "", fake?.reason ?? ""]);
  expect(reasons.filter((reason) => reason.includes("nothing was printed"))).toEqual([]);
  expect(manifest.features.find(({ name }) => name === "getppid")?.verdict).toBe("required");
});

async function readRuns(journal: string): Promise<readonly string[]> {
  return (await readFile(journal, "utf8")).split("\n").filter((line) => line.includes('"type":"run"'));
}

/** What a run could leave: temporary files (TMPDIR is the scratch directory) and mounts; processes are looked for by every test. */
async function takeStock({ directory }: Scratch): Promise<unknown> {
  const files = (await readdir(directory)).filter((name) => name.startsWith("loupe-"));
  return [files, await readFile("/proc/self/mounts", "utf8")];
}

test.each(USERS)(
  "killed at any point, the same command goes on and repeats no finished run (%s)",
  { timeout: TIMEOUT },
  async (user) => {
    const scratch = await openScratch();
    await scratch.staticProgram("basics");
    if (isRoot && user === "user") {
      await chown(scratch.directory, NOBODY, NOBODY);
    }
    const before = await takeStock(scratch);
    const journal = scratch.path("work/journal.jsonl");
    const words = ["analyze", "--json", "--replicas", "2", "--work-dir", "work", "--", "./basics"];
    const [program = LOUPE, ...rest] = [...wrapperFor(user), LOUPE, ...words];
    const killed = execa(program, rest, {
      cwd: scratch.directory,
      env: scratch.environment,
      extendEnv: false,
      reject: false,
    });
    while ((await readRuns(journal).catch(() => [])).length < 6) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    killed.kill("SIGKILL");
    await killed;
    const finished = await readRuns(journal);
    // The kernel ends what a killed tracer followed; that takes a moment.
    await expect.poll(() => takeStock(scratch), { timeout: 10_000 }).toEqual(before);
    await expect
      .poll(async () => scratch.expectNoProcessLeft().then(() => "none", String), { timeout: 10_000 })
      .toBe("none");
    const { status, stdout, stderr } = await loupe(scratch, words, { wrapper: wrapperFor(user) });
    expect(status).toBe(0);
    expect(stderr).toMatch(/going on after \d+ finished runs/);
    const runs = await readRuns(journal);
    expect(runs.slice(0, finished.length)).toEqual(finished);
    const experiments = runs.map((line) => (JSON.parse(line) as { experiment: string }).experiment);
    const repeated = experiments.filter((experiment) => experiments.filter((other) => other === experiment).length > 2);
    expect(repeated).toEqual([]);
    // The observed run and the second replica.
    expect((JSON.parse(stdout) as Manifest).search?.runs).toBe(runs.length + 2);
    expect(await takeStock(scratch)).toEqual(before);
  },
);
