// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { openScratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

test("shows the calls of a considered program; its own output is not mixed with the result", async () => {
  const scratch = await openScratch();
  const program = await scratch.program("basics");
  const { status, stdout, stderr } = await loupe(scratch, ["trace", "--consider", "basics", "--", "sh", "-c", program]);
  expect(status).toBe(0);
  expect(stdout).toMatch(new RegExp(`^${program}: 1 exec, \\d+ system calls\nsystem call`));
  expect(stdout).toMatch(/^getppid +1$/m);
  expect(stdout).not.toContain("\u001b");
  expect(stderr).toBe("ignored\n");
});

test("without --consider everything is shown, with errors by name", async () => {
  const scratch = await openScratch();
  const { status, stdout } = await loupe(scratch, ["trace", "--", "sh", "-c", "/bin/cat none || true"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/\/dash: 1 exec/);
  expect(stdout).toMatch(/\/cat: 1 exec/);
  expect(stdout).toMatch(/^openat .* ENOENT \d+/m);
});

test("--json is a result that a program can read, and --syscall selects", async () => {
  const scratch = await openScratch();
  const program = await scratch.program("basics");
  const { status, stdout } = await loupe(scratch, ["trace", "--json", "--syscall", "getppid", "--", program]);
  expect(status).toBe(0);
  const { executables, end } = JSON.parse(stdout);
  expect(executables).toMatchObject([{ path: program, execs: 1, calls: [{ name: "getppid", calls: 1, errors: {} }] }]);
  expect(end).toMatchObject({ reason: "exited", exitCode: 0 });
});

test("colours are for terminals, and NO_COLOR is honoured", async () => {
  const scratch = await openScratch();
  const colored = await loupe(scratch, ["trace", "--", "true"], { environment: { FORCE_COLOR: "1" } });
  expect(colored.stdout).toContain("\u001b[1m");
  const plain = await loupe(scratch, ["trace", "--", "true"], { environment: { FORCE_COLOR: "1", NO_COLOR: "1" } });
  expect(plain.stdout).not.toContain("\u001b");
});

test("a command that fails is shown, and told apart", async () => {
  const scratch = await openScratch();
  const failed = await loupe(scratch, ["trace", "--", "sh", "-c", "exit 3"]);
  expect(failed).toMatchObject({ status: 4, stderr: "loupe: the command failed with exit status 3\n" });
  expect(failed.stdout).toContain("/dash");
  const killed = await loupe(scratch, ["trace", "--", "sh", "-c", "kill -SEGV $$"]);
  expect(killed).toMatchObject({ status: 4, stderr: expect.stringContaining("killed by SIGSEGV") });
});

test("Ctrl-C ends all and shows what happened until then", async () => {
  const scratch = await openScratch();
  const script = "sleep 300 & /bin/true; echo started >&2; sleep 300";
  const { status, stdout, stderr } = await loupe(scratch, ["trace", "--", "sh", "-c", script], {
    interrupt: { after: "started", signal: "SIGINT" },
  });
  expect(status).toBe(130);
  expect(stdout).toContain("/true: 1 exec");
  expect(stderr).toContain("loupe: interrupted");
});
