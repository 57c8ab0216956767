// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { excerptResults, excerptSuite } from "../../src/workload/excerpt.js";
import type { TestResults } from "../../src/workload/test-results/test-results.js";
import type { TestScript } from "../../src/workload/test-script.js";
import type { SuiteWorkload } from "../../src/workload/workload.js";

const WORKLOAD: SuiteWorkload = {
  form: "suite",
  kind: "suite",
  command: ["make", "check"],
  directory: "/b",
  environment: { HOME: "/h" },
};

function describe(name: string, start: Partial<TestScript["start"]>): TestScript {
  const usual = { directory: "/b", command: ["true"], environment: {}, copies: new Map() };
  return { name, tests: [name], seconds: 1, isConcerned: true, start: { ...usual, ...start } };
}

/** Runs an excerpt as a run of a suite does. */
async function run(scripts: readonly TestScript[]): Promise<{ readonly exitCode?: number; readonly stderr: string }> {
  const { command = ["false"], environment = {} } = excerptSuite(WORKLOAD, scripts) ?? {};
  const [program, ...words] = command;
  return execa(program, words, { env: environment, extendEnv: false, reject: false, cwd: "/" });
}

test("drivers are started as they were: directory, arguments, environment and descriptors", async () => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "loupe test's ")));
  onTestFinished(() => rm(directory, { recursive: true }));
  const environment = { PATH: "/usr/bin:/bin", ODD: "a 'b' \"c\" $d\n*", "NO-NAME": "x" };
  const body = 'pwd >seen; printf "%s|" "$@" "$ODD" "$OWN" >>seen; echo to the copy >&9';
  const words = ["it's", "", "$HOME `x`", "-n"];
  const scripts = [
    describe("first", {
      directory,
      environment: { ...environment, OWN: "1 '2'" },
      command: ["sh", "-c", body, "sh", ...words],
      copies: new Map([[9, 2]]),
    }),
    describe("second", {
      directory,
      environment: { ...environment, OWN: "other" },
      command: ["sh", "-c", "echo $OWN >other"],
    }),
  ];
  // A shell would drop what is no name for it.
  const print = 'open(my $file, ">", "named"); print $file $ENV{"NO-NAME"}';
  scripts.push(describe("third", { directory, environment, command: ["perl", "-e", print] }));
  const { exitCode, stderr } = await run(scripts);
  expect([exitCode, stderr]).toEqual([0, "to the copy"]);
  expect(await readFile(join(directory, "seen"), "utf8")).toBe(
    `${directory}\nit's||$HOME \`x\`|-n|a 'b' "c" $d\n*|1 '2'|`,
  );
  expect(await readFile(join(directory, "other"), "utf8")).toBe("other\n");
  expect(await readFile(join(directory, "named"), "utf8")).toBe("x");
});

test("one that cannot be started makes it fail, and the others are run", async () => {
  const directory = await mkdtemp(join(tmpdir(), "loupe-test-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const environment = { PATH: "/usr/bin:/bin" };
  const absent = describe("absent", { directory: "/absent", environment });
  const present = describe("present", { directory, environment, command: ["sh", "-c", ": >seen"] });
  expect((await run([absent, present])).exitCode).toBe(1);
  expect(await readFile(join(directory, "seen"), "utf8")).toBe("");
});

test("what no command line holds is no excerpt", () => {
  const long = "x".repeat(100_000);
  expect(excerptSuite(WORKLOAD, [describe("a", { command: ["true", long] })])).toBeDefined();
  expect(excerptSuite(WORKLOAD, [describe("a", { command: ["true", long, long] })])).toBeUndefined();
  const many = Array.from({ length: 20 }, (_, index) => describe(`${index}`, { command: ["true", long] }));
  expect(excerptSuite(WORKLOAD, many)).toBeUndefined();
});

test("the results of a whole run that are about an excerpt", () => {
  const results: TestResults = {
    format: "automake",
    tests: new Map([
      ["a", "passed"],
      ["b", "failed"],
    ]),
    logged: new Map(),
    problems: [],
  };
  expect([...excerptResults(results, [describe("b", {})]).tests.keys()]).toEqual(["b"]);
});
