// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command } from "commander";
import { collect } from "./option-values.js";
import type { ReturnsOptions } from "./returns.js";
import type { StaticOptions } from "./static.js";

/** Adds `loupe static`. */
export function addStatic(program: Command, finish: (status: number) => void): void {
  program
    .command("static")
    .description("show the system calls that programs may make, by their code and that of their libraries")
    .argument("[elf...]", "programs (ELF, x86-64); with --source: directories of C source")
    .option("--source", "the system calls that source can make, by calls of the C library's functions for them", false)
    .option("--library <file>", "a library that the programs load while they run; repeatable", collect, [])
    .option(
      "--add-to <manifest>",
      "write what is found of a manifest's executables, or of its source, into the manifest",
    )
    .option("--why <call>", "show one way through the code to this system call")
    .option("--json", "write JSON to standard output", false)
    .action(async (files: readonly string[], options: StaticOptions) => {
      const { staticCommand } = await import("./static.js");
      finish(await staticCommand(files, options));
    });
}

/** Adds `loupe returns`. */
export function addReturns(program: Command, finish: (status: number) => void): void {
  program
    .command("returns")
    .description("show which results of system calls the C source of packages checks")
    .argument("<directory...>", "unpacked sources")
    .option("--json", "write JSON to standard output: every call with its file and line", false)
    .action(async (directories: readonly string[], options: ReturnsOptions) => {
      const { returnsCommand } = await import("./returns.js");
      finish(await returnsCommand(directories, options));
    });
}
