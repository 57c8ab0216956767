// SPDX-License-Identifier: GPL-3.0-or-later
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { readHelpOptions } from "../man/man-page.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = `${ROOT}test/fixtures/packages/greet`;

/** Presses the tabulator key at the end of `line`, in a bash that has loaded our completion. */
async function complete(program: string, ...words: string[]): Promise<readonly string[]> {
  const script = `
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"_$1"
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await execa(
    "bash",
    ["-c", script, "bash", `${ROOT}completions/${program}`, program, ...words],
    {
      cwd: PACKAGE,
    },
  );
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

async function readHelp(program: string, ...words: string[]): Promise<string> {
  return (await execa(`${ROOT}bin/${program}`, [...words, "--help"])).stdout;
}

const sorted = (words: Iterable<string>): readonly string[] => [...words].sort();

/** The options that debhelper's commands share are not in dh_loupe's own --help. */
const SHARED = ["--verbose", "--no-act", "--arch", "--indep", "--package", "--no-package", "--remaining-packages"];

describe("bash completion of loupe", async () => {
  const help = await readHelp("loupe");
  const listCommands = (text: string): string[] =>
    [...text.matchAll(/^ {2}([a-z-]+) .*$/gm)].map(([, name]) => name as string);
  const commands = listCommands(help).filter((name) => !name.startsWith("-"));
  const ofDatabase = listCommands(await readHelp("loupe", "db")).filter((name) => !name.startsWith("-"));
  const ofBatch = listCommands(await readHelp("loupe", "batch")).filter((name) => !name.startsWith("-"));

  it("knows the commands", async () => {
    expect(commands).toContain("analyze");
    expect(sorted(await complete("loupe", ""))).toEqual(sorted(commands));
    expect(await complete("loupe", "ana")).toEqual(["analyze"]);
  });

  it("knows the options of loupe", async () => {
    expect(sorted(await complete("loupe", "-"))).toEqual(sorted(readHelpOptions(help)));
  });

  it.each(commands.filter((name) => name !== "help"))("knows the options of loupe %s", async (name) => {
    expect(sorted(await complete("loupe", name, "-"))).toEqual(sorted(readHelpOptions(await readHelp("loupe", name))));
  });

  it("knows the commands of loupe db", async () => {
    expect(ofDatabase).toContain("merge");
    expect(sorted(await complete("loupe", "db", ""))).toEqual(sorted(ofDatabase));
    expect(await complete("loupe", "db", "export", "m")).toEqual(["manifests"]);
  });

  it.each(ofDatabase.filter((name) => name !== "help"))("knows the options of loupe db %s", async (name) => {
    const known = readHelpOptions(await readHelp("loupe", "db", name));
    expect(sorted(await complete("loupe", "db", name, "-"))).toEqual(sorted(known));
  });

  it("knows the commands of loupe batch", async () => {
    expect(ofBatch).toContain("retry");
    expect(sorted(await complete("loupe", "batch", ""))).toEqual(sorted(ofBatch));
  });

  it.each(ofBatch.filter((name) => name !== "help"))("knows the options of loupe batch %s", async (name) => {
    const known = readHelpOptions(await readHelp("loupe", "batch", name));
    expect(sorted(await complete("loupe", "batch", name, "-"))).toEqual(sorted(known));
  });

  it("knows the strategies, and leaves what follows -- to the command there", async () => {
    expect(await complete("loupe", "analyze", "--strategy", "")).toEqual(["adaptive", "exhaustive"]);
    expect(await complete("loupe", "analyze", "--", "sed", "-")).toEqual([]);
  });
});

describe("bash completion of dh_loupe", () => {
  it("knows its options, and the shared ones that mean something to it", async () => {
    const own = readHelpOptions(await readHelp("dh_loupe"));
    expect(sorted(await complete("dh_loupe", "-"))).toEqual(sorted([...own, ...SHARED]));
  });

  it("knows the packages of the source package", async () => {
    expect(await complete("dh_loupe", "--package", "")).toEqual(["greet"]);
  });
});
