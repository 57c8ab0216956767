// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command } from "commander";
import { collect } from "./option-values.js";
import type { StaticOptions } from "./static.js";

/** Adds `loupe static`. */
export function addStatic(program: Command, finish: (status: number) => void): void {
  program
    .command("static")
    .description("show the system calls that programs may make, by their code and that of their libraries")
    .argument("<elf...>", "programs (ELF, x86-64)")
    .option("--library <file>", "a library that the programs load while they run; repeatable", collect, [])
    .option("--why <call>", "show one way through the code to this system call")
    .option("--json", "write JSON to standard output", false)
    .action(async (files: readonly string[], options: StaticOptions) => {
      const { staticCommand } = await import("./static.js");
      finish(await staticCommand(files, options));
    });
}
