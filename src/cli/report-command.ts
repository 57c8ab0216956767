// SPDX-License-Identifier: GPL-3.0-or-later
import { Argument, type Command, Option } from "commander";
import { FIGURE_NAMES, type FigureName } from "../reports/figure-names.js";
import { databaseOption } from "./database-commands.js";
import { collect } from "./option-values.js";
import type { ReportOptions } from "./report.js";

/** Adds `loupe report`. */
export function addReport(program: Command, finish: (status: number) => void): void {
  program
    .command("report")
    .description("show what a usage database says, as a table, CSV or JSON")
    .addArgument(new Argument("<figure>", "what to show").choices(FIGURE_NAMES))
    .addOption(databaseOption())
    .addOption(
      new Option("--workload <kind>", "measurements of this kind")
        .choices(["suite", "benchmark", "check"])
        .default("suite"),
    )
    .option("--packages <names>", "these packages only, separated by commas")
    .addOption(new Option("--architecture <name>", "measurements on this one only").choices(["amd64", "arm64"]))
    .option("--os <file>", "support, savings: the system calls that an operating system has; repeatable", collect, [])
    .option("--organic <file>", "savings: the order in which packages were really gained")
    .option("--csv", "write CSV to standard output", false)
    .option("--json", "write JSON to standard output", false)
    .action(async (figure: FigureName, options: ReportOptions) => {
      const { reportCommand } = await import("./report.js");
      finish(await reportCommand(figure, options));
    });
}
