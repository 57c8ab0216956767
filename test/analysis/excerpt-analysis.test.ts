// SPDX-License-Identifier: GPL-3.0-or-later
// A real suite of Automake's whose slow test is left out of most runs: through `loupe analyze`.
import { chown, cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import type { Manifest } from "../../src/manifest/schema.js";
import { loupe } from "../cli/loupe.js";
import { openScratch, type Scratch } from "../support/scratch.js";

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const USERS = isRoot ? (["root", "user"] as const) : (["user"] as const);
const TIMEOUT = 180_000;
/** Starts no considered program. */
const SLOW = "sleep $SLOW_SECONDS 0";
const SUITE = resolve("test/fixtures/suites/automake");

/** The suite, with some of its scripts replaced, configured and run once, as packages are when they have been built. */
async function makeSuite(scripts: Readonly<Record<string, string>> = {}): Promise<Scratch> {
  const scratch = await openScratch();
  await cp(SUITE, scratch.directory, { recursive: true });
  for (const [name, body] of Object.entries(scripts)) {
    await scratch.script(name, body);
  }
  await scratch.staticProgram("basics");
  await scratch.staticProgram("files");
  const options = { cwd: scratch.directory, env: scratch.environment, extendEnv: false };
  for (const command of ["aclocal", "automake --add-missing", "autoconf", "./configure --quiet", "make check"]) {
    const [program = "", ...words] = command.split(" ");
    await execa(program, words, options);
  }
  return scratch;
}

async function giveToNobody(directory: string): Promise<void> {
  for (const entry of ["", ...(await readdir(directory, { recursive: true }))]) {
    await chown(join(directory, entry), NOBODY, NOBODY);
  }
}

interface Run {
  readonly manifest: Manifest;
  /** The scripts of each run of an experiment on an excerpt. */
  readonly excerpts: readonly string[][];
}

function listVerdicts({ manifest }: Run): readonly unknown[] {
  return manifest.features.map(({ name, verdict }) => [name, verdict]);
}

async function analyze(scratch: Scratch, wrapper: readonly string[], slowSeconds: string): Promise<Run> {
  const words = ["analyze", "--json", "--replicas", "3", "--work-dir", `work-${slowSeconds}`];
  const considered = ["--consider", "basics", "--consider", "files"];
  const command = ["--", "env", `SLOW_SECONDS=${slowSeconds}`, "make", "check"];
  const { stdout, stderr, status } = await loupe(scratch, [...words, ...considered, ...command], { wrapper });
  expect(status, stderr).toBe(0);
  const journal = await readFile(scratch.path(`work-${slowSeconds}/journal.jsonl`), "utf8");
  const runs = journal.split("\n").flatMap((line) => (line.includes('"excerpt":') ? [JSON.parse(line)] : []));
  return { manifest: JSON.parse(stdout) as Manifest, excerpts: runs.map(({ excerpt }) => JSON.parse(excerpt)) };
}

test.each(USERS)(
  "what fails is found by the short tests alone, and the verdicts are the same (%s)",
  {
    timeout: TIMEOUT,
  },
  async (user) => {
    const scratch = await makeSuite();
    const wrapper =
      isRoot && user === "user" ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
    if (wrapper.length > 0) {
      await giveToNobody(scratch.directory);
    }
    const short = await analyze(scratch, wrapper, "0");
    const long = await analyze(scratch, wrapper, "4.5");
    expect(listVerdicts(long)).toEqual(listVerdicts(short));
    expect(long.manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true, replicas: 3 } });
    expect(short.excerpts).toEqual([]);
    expect(long.excerpts.length).toBeGreaterThan(10);
    expect(new Set(long.excerpts.flat())).toEqual(new Set(["quick", "other"]));
    // The baseline, the joint set and the fakes of what can be stubbed as well, three times each.
    expect(long.manifest.search?.fullRuns).toBe(9);
    const fcntl = long.manifest.features.find(({ name }) => name === "fcntl");
    expect(fcntl).toMatchObject({ verdict: "required", stub: { works: false } });
    expect(fcntl?.stub?.reason).toContain("test other.test passed before and fails now");
  },
);

test("a test that turns out flaky beside the search is set aside, and the search begins anew", {
  timeout: TIMEOUT,
}, async () => {
  // Home is the same in all runs, and the tree a run's own: it is the third long run that fails, the last of the baseline.
  const counter = await mkdtemp(join(isRoot ? homedir() : "/var/lock", "loupe-test-"));
  onTestFinished(() => rm(counter, { recursive: true, force: true }));
  const count = `mktemp -d ${counter}/XXXXXX >/dev/null; set -- ${counter}/*; echo $# >number`;
  const scratch = await makeSuite({
    "slow.test": `./basics || exit; [ -n "$SLOW_SECONDS" ] || exit 0; ${count}; sleep "$SLOW_SECONDS"`,
    "other.test": 'read number <number; [ "$number" != 3 ] && exec ./files',
  });
  const { manifest } = await analyze(scratch, [], "4.5");
  expect(manifest).toMatchObject({ outcome: "analyzed", workload: { testsPassed: 3, testsSetAside: ["other"] } });
  const verdictOf = (name: string): string | undefined =>
    manifest.features.find((feature) => feature.name === name)?.verdict;
  expect([verdictOf("fcntl"), verdictOf("pipe2")]).toEqual(["any", "required"]);
});

/** How many runs of experiments were of the same scripts. */
function countExcerpts({ excerpts }: Run): Readonly<Record<string, number>> {
  const names = excerpts.map((scripts) => scripts.join(" "));
  return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((other) => other === name).length]));
}

test("what works in the whole suite is repeated with the scripts that start considered programs", {
  timeout: TIMEOUT,
}, async () => {
  const scratch = await makeSuite({ "slow.test": SLOW });
  const long = await analyze(scratch, [], "4.5");
  expect(long.manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true, replicas: 3 } });
  // The baseline, and once the joint set and the fakes of what can be stubbed as well.
  expect(long.manifest.search?.fullRuns).toBe(5);
  expect(countExcerpts(long)["other quick"]).toBeGreaterThanOrEqual(4);
});

test("a test that needs what another one has left is lost in the whole suite", { timeout: TIMEOUT }, async () => {
  const scratch = await makeSuite({
    "slow.test": SLOW,
    // files ends with 1 where fcntl does not do what it says.
    "other.test": "./files; status=$?; [ $status = 1 ] || exit $status; echo no >works; exit 0",
    "last.test": "[ ! -e works ]",
  });
  const long = await analyze(scratch, [], "4.5");
  expect(listVerdicts(long)).toContainEqual(["fcntl", "required"]);
});
