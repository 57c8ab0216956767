// SPDX-License-Identifier: GPL-3.0-or-later
// Every wrong input gets one clear sentence, the right exit status, nothing on standard output, and leaves nothing behind.
import { chmod, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe, type Outcome } from "./loupe.js";

async function expectRefusal(outcome: Outcome, status: number, sentence: RegExp): Promise<void> {
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome).toMatchObject({ status, stdout: "" });
}

test("an unknown call name, with what may have been meant", async () => {
  const scratch = await openScratch();
  const outcome = await loupe(scratch, ["trace", "--syscall", "opnat", "--", "true"]);
  await expectRefusal(outcome, 2, /^loupe: "opnat" is not a system call of \w+: did you mean openat.*\?\n$/);
});

describe.each(["trace", "analyze"])("loupe %s", (command) => {
  async function run(scratch: Scratch, ...words: readonly string[]): Promise<Outcome> {
    return loupe(scratch, [command, ...words]);
  }

  test("no command", async () => {
    await expectRefusal(await run(await openScratch()), 2, /^loupe: there is no command; give it after --\n$/);
  });

  test("a missing program", async () => {
    const scratch = await openScratch();
    await expectRefusal(await run(scratch, "--", "./none"), 2, /^loupe: \S+\/none: no such program/);
    await expectRefusal(
      await run(scratch, "--", "no-such-program"),
      2,
      /^loupe: no-such-program: no such program in PATH/,
    );
  });

  test("a program that cannot be executed", async () => {
    const scratch = await openScratch();
    const text = await scratch.file("text", "no program");
    await expectRefusal(await run(scratch, "--", text), 2, /text: not executable; chmod \+x it/);
    const orphan = await scratch.file("orphan", "#!/nonexistent/interpreter\n");
    await chmod(orphan, 0o755);
    await expectRefusal(
      await run(scratch, "--", orphan),
      2,
      /orphan: its interpreter \/nonexistent\/interpreter cannot be executed/,
    );
    await expectRefusal(await run(scratch, "--", scratch.directory), 2, /not a program but a directory/);
  });

  test("a considered path that nobody executed, with what ran instead", async () => {
    const scratch = await openScratch();
    const outcome = await run(scratch, "--consider", "./none", "--", "sh", "-c", "/bin/true");
    expect(outcome.status).toBe(2);
    expect(outcome.stderr + outcome.stdout).toMatch(/no process executed \S+\/none; what ran: .*dash.*true/);
  });

  test("wrong options", async () => {
    const scratch = await openScratch();
    await expectRefusal(await run(scratch, "--no-such-option", "--", "true"), 2, /^loupe: unknown option/);
    await expectRefusal(await run(scratch, "--consider", "", "--", "true"), 2, /--consider needs a path/);
  });

  test("no permission to trace: the setting is named", async () => {
    const scratch = await openScratch();
    const helper = await scratch.program("without-ptrace");
    const outcome = await loupe(scratch, [command, "--", "true"], { wrapper: [helper] });
    expect(outcome.status).toBe(3);
    expect(outcome.stderr + outcome.stdout).toMatch(/ptrace/);
    expect(outcome.stderr + outcome.stdout).toMatch(/container|yama|seccomp/i);
  });

  test("no tracer", async () => {
    const scratch = await openScratch();
    const outcome = await loupe(scratch, [command, "--", "true"], { environment: { LOUPE_TRACER: "/none" } });
    expect(outcome.status).toBe(3);
    expect(outcome.stderr + outcome.stdout).toContain("LOUPE_TRACER names /none");
  });
});

describe("loupe analyze", () => {
  test.each([
    [["--replicas", "0"], /whole number from 1/],
    [["--replicas", "many"], /whole number from 1/],
    [["--time-limit", "-1"], /number of seconds/],
    [["--strategy", "guess"], /exhaustive/],
    [["--ready", "true"], /needs --test-script/],
    [["--test-script", " "], /needs a program or a shell command/],
  ])("%j", async (words, sentence) => {
    await expectRefusal(await loupe(await openScratch(), ["analyze", ...words, "--", "true"]), 2, sentence);
  });

  test("a suite that fails by itself: its last lines, and a manifest that says so", async () => {
    const scratch = await openScratch();
    await scratch.script("suite", "/bin/true; echo FAIL: test 3; exit 1");
    const outcome = await loupe(scratch, ["analyze", "--output", "m.json", "--", "./suite"]);
    expect(outcome).toMatchObject({
      status: 4,
      stdout: "baseline-fails: exit status 1; its last lines:\nFAIL: test 3\n",
    });
    expect(JSON.parse(await readFile(scratch.path("m.json"), "utf8"))).toMatchObject({ outcome: "baseline-fails" });
  });

  test("a suite that is empty", async () => {
    const scratch = await openScratch();
    const outcome = await loupe(scratch, ["analyze", "--consider", "prog", "--", "sh", "-c", ":"]);
    expect(outcome.status).toBe(2);
    expect(outcome.stdout).toMatch(/^no-tests: no process executed \*\/prog; what ran: /);
  });

  test("a suite that hangs", async () => {
    const scratch = await openScratch();
    await scratch.script("suite", "sleep 300");
    const outcome = await loupe(scratch, ["analyze", "--time-limit", "1", "--", "./suite"]);
    expect(outcome).toMatchObject({ status: 4, stdout: expect.stringMatching(/^timeout: not finished after 1.0 s/) });
  });

  test("a manifest that cannot be written", async () => {
    const scratch = await openScratch();
    await scratch.script("suite", "exit 1");
    const outcome = await loupe(scratch, ["analyze", "--output", "none/m.json", "--", "./suite"]);
    await expectRefusal(outcome, 2, /cannot write none\/m\.json: no such file or directory/);
  });

  test("a suite that fails before it comes to the program", async () => {
    const scratch = await openScratch();
    const outcome = await loupe(scratch, ["analyze", "--json", "--consider", "/usr/bin/gzip", "--", "sh", "none.sh"]);
    expect(outcome.status).toBe(4);
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      outcome: "baseline-fails",
      reason: expect.stringMatching(/none\.sh/),
    });
  });

  test("a program that nothing executes: what ran is told without what collects the results", async () => {
    const scratch = await openScratch();
    const outcome = await loupe(scratch, ["analyze", "--consider", "/none", "--", "true"]);
    expect(outcome.status).toBe(2);
    expect(outcome.stdout).toMatch(/no process executed \/none; what ran: \/usr\/bin\/dash, \/usr\/bin\/true$/m);
  });

  test("a work directory that cannot be made", async () => {
    const scratch = await openScratch();
    await scratch.file("file", "");
    const outcome = await loupe(scratch, ["analyze", "--work-dir", "file", "--", "true"]);
    await expectRefusal(outcome, 3, /cannot use the work directory .*--work-dir/);
  });
});
