// SPDX-License-Identifier: GPL-3.0-or-later
// An archive of tiny source packages on this machine, and what a batch does with it.
import { chmod, cp, mkdir, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import type { PackageState } from "../../../src/batch/batch-state.js";
import { loupe, type Outcome, type Settings } from "../../cli/loupe.js";
import type { Scratch } from "../../support/scratch.js";

const GREET = resolve("test/fixtures/packages/greet");

/** What makes a package different from greet, whose suite passes. */
export interface Variant {
  readonly version?: string;
  readonly section?: string;
  readonly buildDepends?: string;
  /** More lines of debian/rules. */
  readonly rules?: string;
  /** The whole of check.sh, the suite. */
  readonly suite?: string;
  /** A directory that the source has, too. */
  readonly directory?: string;
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}

async function makeTree(directory: string, name: string, variant: Variant): Promise<void> {
  const tree = join(directory, name);
  const { version = "1.0", section = "misc", buildDepends = "debhelper-compat (= 13)", rules = "", suite } = variant;
  await cp(GREET, tree, { recursive: true });
  await writeFile(join(tree, "debian/source/format"), "3.0 (native)\n");
  await edit(join(tree, "debian/changelog"), (text) => text.replace("greet (1:1.0-1)", `${name} (${version})`));
  await edit(join(tree, "debian/control"), (text) =>
    text
      .replace(/^(Source|Package): greet$/gm, `$1: ${name}`)
      .replace("Section: misc", `Section: ${section}`)
      .replace("debhelper-compat (= 13)", buildDepends),
  );
  await writeFile(join(tree, "debian/rules"), `#!/usr/bin/make -f\n%:\n\tdh $@\n${rules}`);
  if (suite !== undefined) {
    await writeFile(join(tree, "check.sh"), `#!/bin/sh\n${suite}\n`);
  }
  if (variant.directory !== undefined) {
    await mkdir(join(tree, variant.directory));
    await writeFile(join(tree, variant.directory, "README"), "nothing\n");
  }
  await chmod(join(tree, "debian/rules"), 0o755);
  await chmod(join(tree, "check.sh"), 0o755);
  await execa("dpkg-source", ["-b", name], { cwd: directory });
  await rm(tree, { recursive: true });
}

/** An archive in a scratch directory, which apt reads by file://. */
export class Archive {
  private constructor(
    readonly scratch: Scratch,
    readonly directory: string,
  ) {}

  static async make(scratch: Scratch, packages: Readonly<Record<string, Variant>>): Promise<Archive> {
    const directory = scratch.path("archive");
    await mkdir(directory);
    for (const [name, variant] of Object.entries(packages)) {
      await makeTree(directory, name, variant);
    }
    const { stdout } = await execa("dpkg-scansources", ["."], { cwd: directory });
    await writeFile(join(directory, "Sources"), `${stdout}\n`);
    await writeFile(join(directory, "Packages"), "");
    await scratch.file("apt.list", `deb [trusted=yes] file:${directory} ./\n`);
    return new Archive(scratch, directory);
  }

  /** Runs `loupe batch COMMAND` with the archive, on this machine, with quick attempts. */
  async batch(command: "run" | "retry", words: readonly string[], settings: Settings = {}): Promise<Outcome> {
    const outcome = await loupe(this.scratch, this.command(command, words), settings);
    await this.expectNothingLeft();
    return outcome;
  }

  command(command: "run" | "retry", words: readonly string[]): readonly string[] {
    const quick = ["--observe", "--retries", "1", "--retry-delay", "0.1"];
    return ["batch", command, "--local", "--apt-sources", "apt.list", "--batch-dir", "batch", ...quick, ...words];
  }

  /** The packages of the batch as `loupe batch status --json` has them. */
  async readStatus(): Promise<readonly PackageState[]> {
    const { stdout } = await loupe(this.scratch, ["batch", "status", "--batch-dir", "batch", "--json"]);
    return JSON.parse(stdout) as PackageState[];
  }

  async readOutcomes(): Promise<Readonly<Record<string, string>>> {
    const packages = await this.readStatus();
    return Object.fromEntries(packages.map(({ source, position, ended }) => [source, ended?.outcome ?? position]));
  }

  async readJournal(): Promise<readonly { readonly type: string; readonly source: string }[]> {
    const text = await readFile(this.scratch.path("batch/journal.jsonl"), "utf8");
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  /** Processes of packages have an environment of their own: they are known by where they are. */
  async findProcesses(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const directory = await readlink(`/proc/${pid}/cwd`).catch(() => "");
      if (directory.startsWith(`${this.scratch.directory}/`)) {
        found.push(`${pid} ${(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ")}`);
      }
    }
    return found;
  }

  async expectNothingLeft(): Promise<void> {
    const left = await this.findProcesses();
    if (left.length > 0) {
      throw new Error(`processes of packages were left behind: ${left.join("; ")}`);
    }
  }
}
