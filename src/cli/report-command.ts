// SPDX-License-Identifier: GPL-3.0-or-later
import { Argument, type Command, Option } from "commander";
import { UsageError } from "../errors.js";
import { FIGURE_NAMES, type FigureName } from "../reports/figure-names.js";
import { databaseOption } from "./database-commands.js";
import { collect } from "./option-values.js";
import type { ReportOptions } from "./report.js";
import type { SiteOptions } from "./report-site.js";

type Options = Partial<SiteOptions> & ReportOptions;

/** Throws UsageError where options of figures are given, or no place for the site. */
function requireSite({ output, ...options }: Options): SiteOptions {
  if (output === undefined) {
    throw new UsageError(
      `name a figure (${FIGURE_NAMES.join(", ")}), or a directory for the site of all of them (--output)`,
    );
  }
  const { csv, json, packages, architecture, organic } = options;
  if (csv || json || [packages, architecture, organic].some((value) => value !== undefined)) {
    throw new UsageError(
      "--csv, --json, --packages, --architecture and --organic are for a single figure, not for the site (--output)",
    );
  }
  return { ...options, output };
}

function requireFigure(options: Options): ReportOptions {
  if (options.output !== undefined) {
    throw new UsageError("--output is for the site of all figures; a single one is written to standard output");
  }
  return options;
}

/** Adds `loupe report`. */
export function addReport(program: Command, finish: (status: number) => void): void {
  program
    .command("report")
    .description("show what a usage database says: a figure as a table, CSV or JSON, or everything as an HTML site")
    .addArgument(new Argument("[figure]", "what to show; without it, --output writes the site").choices(FIGURE_NAMES))
    .addOption(databaseOption())
    .option("--output <directory>", "write the HTML site of all figures, packages and system calls")
    .addOption(
      new Option("--workload <kind>", "measurements of this kind; default: suite, in the site each").choices([
        "suite",
        "benchmark",
        "check",
      ]),
    )
    .option("--packages <names>", "these packages only, separated by commas")
    .addOption(new Option("--architecture <name>", "measurements on this one only").choices(["amd64", "arm64"]))
    .option("--os <file>", "support, savings: the system calls that an operating system has; repeatable", collect, [])
    .option("--organic <file>", "savings: the order in which packages were really gained")
    .option("--csv", "write CSV to standard output", false)
    .option("--json", "write JSON to standard output", false)
    .action(async (figure: FigureName | undefined, options: Options) => {
      if (figure === undefined) {
        const { reportSiteCommand } = await import("./report-site.js");
        finish(await reportSiteCommand(requireSite(options)));
        return;
      }
      const { reportCommand } = await import("./report.js");
      finish(await reportCommand(figure, requireFigure(options)));
    });
}
