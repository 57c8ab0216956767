// SPDX-License-Identifier: GPL-3.0-or-later
// The live display on a pseudo-terminal of script(1).
import { readdir, readFile } from "node:fs/promises";
import { execa, type ResultPromise } from "execa";
import { expect, test } from "vitest";
import { openScratch, type Scratch } from "../../support/scratch.js";
import { LOUPE } from "../loupe.js";

const COLUMNS = 60;
const FEW_COLUMNS = 40;
const CURSOR_SHOWN = "\u001b[?25h";
const CTRL_C = "\u0003";

interface OnTerminal {
  readonly columns?: number;
  readonly environment?: Record<string, string>;
  /** Done once the terminal shows this text. */
  readonly once?: { readonly shows: string; readonly act: (script: Pick<ResultPromise, "stdin" | "kill">) => void };
}

/** Runs loupe on a terminal, standard output in the file `out`. */
async function onTerminal(
  scratch: Scratch,
  words: string,
  { columns = COLUMNS, environment, once }: OnTerminal = {},
): Promise<{ readonly status: number | undefined; readonly screen: string }> {
  const command = `stty cols ${columns} rows 30; exec ${LOUPE} ${words} >out`;
  const script = execa("script", ["-qec", command, "/dev/null"], {
    cwd: scratch.directory,
    env: { ...scratch.environment, TERM: "xterm", SHELL: "/bin/sh", ...environment },
    extendEnv: false,
    reject: false,
    stdin: "pipe",
    timeout: 120_000,
  });
  let screen = "";
  script.stdout.on("data", (chunk: Buffer) => {
    const before = screen;
    screen += chunk.toString();
    if (once !== undefined && !before.includes(once.shows) && screen.includes(once.shows)) {
      once.act(script);
    }
  });
  const { exitCode, timedOut } = await script;
  expect(timedOut, "loupe did not end").toBe(false);
  return { status: exitCode, screen };
}

/** The text without colours and movements. */
function toLines(screen: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken away
  return screen.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").split(/[\r\n]+/);
}

/** What the terminal shows when all is over: after the last picture was erased. */
function lastPicture(screen: string): string {
  return toLines(screen.slice(screen.lastIndexOf("\u001b[1A"))).join("\n");
}

test("shows the phases on standard error, and only the result on standard output", { timeout: 180_000 }, async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("basics");
  const { status, screen } = await onTerminal(scratch, "analyze --replicas 2 --json -- ./basics");
  expect(status).toBe(0);
  const lines = toLines(screen);
  expect(lines).toContainEqual(expect.stringMatching(/ Search: \d+ of about \d+ runs, .* left$/));
  expect(lines).toContainEqual(expect.stringMatching(/ running: (stub|fake) \w+/));
  expect(lines).toContainEqual(expect.stringMatching(/ ended last: (stub|fake) \w+: (works|fails) \(\d+\.\d s\)$/));
  expect(lastPicture(screen)).toMatch(
    /✔ Observation: \d+ features are used \[.* s\]\n✔ Baseline \(\d\/2\) \[.*\]\n✔ Search: \d+ runs \[.*\]\n✔ Confirmation: \d+ runs? \[.*\]\n/,
  );
  expect(screen.trimEnd().endsWith(CURSOR_SHOWN)).toBe(true);
  expect(JSON.parse(await readFile(scratch.path("out"), "utf8"))).toMatchObject({ outcome: "analyzed" });
});

test("cuts lines to the terminal; Ctrl-C ends the display, shows the cursor and leaves no process", async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("basics");
  const { status, screen } = await onTerminal(scratch, "analyze -- ./basics", {
    columns: FEW_COLUMNS,
    once: { shows: "Search: 3 of", act: (script) => script.stdin?.write(CTRL_C) },
  });
  const searching = toLines(screen).filter((line) => line.includes(" Search: "));
  expect(searching).toContainEqual(expect.stringMatching(/ Search: \d+ of about .*…$/));
  expect(searching.filter((line) => line.length >= FEW_COLUMNS)).toEqual([]);
  expect(status).toBe(130);
  expect(lastPicture(screen)).toMatch(/✖ Search: \d+ runs\n.* Confirmation\n+loupe: interrupted; the same command/);
  expect(screen.slice(screen.lastIndexOf("\u001b[?25l"))).toContain(CURSOR_SHOWN);
  await scratch.expectNoProcessLeft();
});

test("a program that never runs ends the display, and the message follows it whole", async () => {
  const scratch = await openScratch();
  const { status, screen } = await onTerminal(scratch, "analyze --consider dash --consider /none -- sh -c true");
  expect(status).toBe(2);
  expect(screen).toContain(`${CURSOR_SHOWN}loupe: no process executed /none; what ran: `);
  expect(lastPicture(screen)).toMatch(/^✖ Baseline \(0\/3\)$/m);
});

test("when the terminal is closed, nothing is left running", async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("basics");
  await onTerminal(scratch, "analyze --work-dir work -- ./basics", {
    once: { shows: "Search: 3 of", act: (script) => script.kill("SIGKILL") },
  });
  // It releases its lock when all that it started has ended.
  await expect.poll(() => readdir(scratch.path("work")), { timeout: 20_000 }).not.toContain("lock");
  await expect.poll(() => scratch.findProcesses(), { timeout: 5_000 }).toEqual([]);
});

test.each([{ TERM: "dumb" }, { CI: "true" }])("no live display with %o", async (environment) => {
  const scratch = await openScratch();
  const { status, screen } = await onTerminal(scratch, "analyze -- /bin/false", { environment });
  expect(status).toBe(4);
  expect(screen).not.toContain("\u001b");
  expect(screen).toContain("loupe: observing which features are used");
});
