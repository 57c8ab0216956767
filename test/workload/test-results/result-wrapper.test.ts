// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, chown, mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { wrapForResults } from "../../../src/workload/test-results/result-wrapper.js";
import { makeDirectory, readFiles } from "./fixtures.js";

const ORDINARY_USER = 65534;
const isRoot = process.getuid?.() === 0;

async function makePlaces(): Promise<{ tree: string; destination: string }> {
  const places = { tree: await makeDirectory(), destination: await makeDirectory() };
  for (const place of isRoot ? Object.values(places) : []) {
    await chown(place, ORDINARY_USER, ORDINARY_USER);
  }
  return places;
}

async function listCopied(destination: string): Promise<string[]> {
  const entries = await readdir(destination, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== ".started" && entry.name !== ".later")
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(destination.length + 1))
    .sort();
}

/** Runs `script` wrapped, in the tree, as root or as an ordinary user. */
async function run(script: string, places: { tree: string; destination: string }, asUser: boolean) {
  const [program, ...args] = wrapForResults(["/bin/sh", "-c", script], places);
  const id = String(ORDINARY_USER);
  const prefix = asUser && isRoot ? ["setpriv", "--reuid", id, "--regid", id, "--clear-groups"] : [];
  const [first = program, ...rest] = [...prefix, program, ...args];
  return await execa(first, rest, { cwd: places.tree, reject: false });
}

describe.each([
  ["as the tests' user", false],
  ["as an ordinary user", true],
])("%s", (_, asUser) => {
  test("copies the results that the suite wrote, under their paths", async () => {
    const places = await makePlaces();
    await mkdir(join(places.tree, "old"));
    await writeFile(join(places.tree, "old/stale.trs"), ":test-result: PASS\n");
    const script = `
      mkdir -p 'a b/c' build/meson-logs locked
      echo ':test-result: PASS' > 'a b/c/x y.trs'
      echo ':test-result: PASS' > locked/-n.trs; chmod 0500 locked
      echo '<testsuite/>' > build/meson-logs/testlog.junit.xml
      echo '<testsuite/>' > loupe-pytest-junit.xml
      echo no > notes.xml
      ln -s /etc/passwd link.trs
      mkfifo fifo.trs
      echo suite output`;
    const { exitCode, stdout, stderr } = await run(script, places, asUser);
    await chmod(join(places.tree, "locked"), 0o700);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "suite output", stderr: "" });
    expect(await listCopied(places.destination)).toEqual([
      "a b/c/x y.trs",
      "build/meson-logs/testlog.junit.xml",
      "locked/-n.trs",
      "loupe-pytest-junit.xml",
    ]);
  });

  test.each([
    ["exit 0", 0],
    ["exit 3", 3],
    ["kill -SEGV $$", 139],
    ["kill -KILL $$", 137],
    ["exec /nonexistent/program", 127],
  ])("a suite that ends with %j keeps its status and its results", async (ending, status) => {
    const places = await makePlaces();
    const { exitCode } = await run(`echo ':test-result: PASS' > a.trs; ${ending}`, places, asUser);
    expect(exitCode).toBe(status);
    expect(await listCopied(places.destination)).toEqual(["a.trs"]);
  });
});

test("misses no result that is written at once", async () => {
  for (let repetition = 0; repetition < 5; repetition++) {
    const places = await makePlaces();
    await run(": > a.trs", places, false);
    expect(await listCopied(places.destination)).toEqual(["a.trs"]);
  }
});

test("what a run beside this one has copied is no result of this one", async () => {
  const places = await makePlaces();
  const other = "debian/.debhelper/loupe/runs/2-replica-1/loupe-results";
  await run(`mkdir -p ${other}/sub; : > a.trs; : > ${other}/a.trs; : > ${other}/sub/b.trs`, places, false);
  expect(await listCopied(places.destination)).toEqual(["a.trs"]);
});

test("files that are too large are named", async () => {
  const places = await makePlaces();
  await writeFile(join(places.tree, "big"), "");
  await truncate(join(places.tree, "big"), 17 * 1024 * 1024);
  await run("mv big big.trs; touch big.trs; echo ':test-result: PASS' > a.trs", places, false);
  expect(await listCopied(places.destination)).toEqual([".left-out", "a.trs"]);
  const { tests, problems } = await readFiles(places.destination);
  expect([...tests.keys()]).toEqual(["a"]);
  expect(problems).toEqual([expect.stringContaining("big.trs is larger than 16777216 bytes")]);
});

test("names with line ends or shell syntax do no harm", async () => {
  const places = await makePlaces();
  const names = [
    "$(touch injected).trs",
    "a[$(touch injected)].trs",
    "new\nline/1.trs",
    "'\".trs",
    "*.trs",
    "caf\u00e9.trs",
  ];
  await mkdir(join(places.tree, "new\nline"));
  const script = `printf ':test-result: PASS\\n' > '${names[0]}'; cp '${names[0]}' '${names[1]}'; cp '${names[0]}' '${names[2]}'
    cp '${names[0]}' "'\\".trs"; cp '${names[0]}' '*.trs'; cp '${names[0]}' 'caf\u00e9.trs'`;
  expect((await run(script, places, false)).stderr).toBe("");
  expect(await listCopied(places.destination)).toEqual(names.filter((name) => !name.includes("\n")).sort());
  expect(await readdir(places.tree)).not.toContain("injected");
});

test("a destination that cannot be written to is said before the suite starts", async () => {
  const { tree, destination } = await makePlaces();
  const { exitCode, stdout, stderr } = await run(
    "echo started",
    { tree, destination: join(destination, "none") },
    false,
  );
  expect(exitCode).toBe(125);
  expect(stdout).toBe("");
  expect(stderr).toContain(`loupe: test results cannot be stored in ${join(destination, "none")}`);
});

test("the suite gets the arguments, the environment and the standard input that it would get without", async () => {
  const places = await makePlaces();
  const print = [
    "/bin/sh",
    "-c",
    'printf "%s|" "$@"; cat; env | grep -v "^\\(_\\|SHLVL\\|PWD\\|OLDPWD\\)=" | sort',
    "sh",
    "a b",
    "",
    "*",
  ] as const;
  const [program, ...args] = wrapForResults(print, places);
  const options = {
    cwd: places.tree,
    input: "typed\n",
    extendEnv: false,
    env: { PATH: "/odd:/usr/bin:/bin", loupe_status: "7" },
  };
  const wrapped = await execa(program, args, options);
  const plain = await execa(print[0], print.slice(1), options);
  expect(wrapped.stdout).toBe(plain.stdout);
  expect(wrapped.stdout).toContain("PATH=/odd:/usr/bin:/bin");
});

test("is understood by a strict shell", async () => {
  const [, , script] = wrapForResults(["true"], { tree: "/t", destination: "/d" });
  for (const shell of [["dash"], ["bash", "--posix"]]) {
    const [program = "", ...args] = shell;
    expect((await execa(program, [...args, "-n", "-c", script ?? ""])).stderr).toBe("");
  }
});
