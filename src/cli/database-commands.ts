// SPDX-License-Identifier: GPL-3.0-or-later
import { type Command, Option } from "commander";
import type { DatabaseOptions, ExportOptions } from "./db.js";
import type { BundleOptions, ImportBundleOptions } from "./db-bundle.js";
import type { UsageOptions } from "./usage.js";

type Finish = (status: number) => void;

/** The URL may hold a password, and whoever is on a machine sees what stands on its command lines: there is a variable, too. */
export function databaseOption(): Option {
  return new Option("--db <file|url>", "an SQLite file, or postgres://USER@HOST/DATABASE")
    .env("LOUPE_DB")
    .makeOptionMandatory();
}

function addMerge(db: Command, finish: Finish): void {
  db.command("merge")
    .description("merge manifests into the database, which is made where there is none")
    .argument("<manifest...>", "manifests, or directories with manifests (*.loupe.json) in them")
    .addOption(databaseOption())
    .action(async (paths: readonly string[], options: DatabaseOptions) => {
      const { mergeCommand } = await import("./db.js");
      finish(await mergeCommand(paths, options));
    });
}

function addImport(db: Command, finish: Finish): void {
  db.command("import-loupedb")
    .description("merge a database of the Loupe research artifact (github.com/unikraft/loupedb)")
    .argument("<directory>", "APPLICATION/WORKLOAD/RUN/data/*.csv below it")
    .addOption(databaseOption())
    .action(async (directory: string, options: DatabaseOptions) => {
      const { importLoupedbCommand } = await import("./db.js");
      finish(await importLoupedbCommand(directory, options));
    });
}

function addExport(db: Command, finish: Finish): void {
  db.command("export")
    .description("write what the database holds, in a format of others")
    .argument(
      "<format>",
      "csv or json (usage), manifests (as they were merged) or loupedb; the latter two into --output",
    )
    .addOption(databaseOption())
    .option("--output <path>", "a file, or a new or empty directory; default for csv and json: standard output")
    .action(async (format: string, options: ExportOptions) => {
      const { exportCommand } = await import("./db.js");
      finish(await exportCommand(format, options));
    });
}

function addCheck(db: Command, finish: Finish): void {
  db.command("check")
    .description("check that all that is derived agrees with the merged documents; exit status 1 when it does not")
    .addOption(databaseOption())
    .action(async (options: DatabaseOptions) => {
      const { checkCommand } = await import("./db.js");
      finish(await checkCommand(options));
    });
}

function addBundle(db: Command, finish: Finish): void {
  db.command("bundle")
    .description("write one measurement with all that is known of it into a file, the same bytes every time")
    .argument("<measurement>", "its identifier, or the name of a package that has one measurement")
    .addOption(databaseOption())
    .requiredOption("--output <file>", "the archive (tar) to be written")
    .option(
      "--log <file>",
      "a log that goes into it; repeatable",
      (file, files: readonly string[]) => [...files, file],
      [],
    )
    .action(async (measurement: string, options: BundleOptions) => {
      const { bundleCommand } = await import("./db-bundle.js");
      finish(await bundleCommand(measurement, options));
    });
}

function addImportBundle(db: Command, finish: Finish): void {
  db.command("import-bundle")
    .description("check a bundle and merge its manifest")
    .argument("<file>", "what loupe db bundle has written")
    .addOption(databaseOption())
    .option("--extract <directory>", "unpack it into this new directory, too: rerun repeats the measurement")
    .action(async (file: string, options: ImportBundleOptions) => {
      const { importBundleCommand } = await import("./db-bundle.js");
      finish(await importBundleCommand(file, options));
    });
}

/** Adds `loupe db`. */
export function addDatabase(program: Command, finish: Finish): void {
  const db = program.command("db").description("merge manifests into a database, and get them out again");
  addMerge(db, finish);
  addImport(db, finish);
  addExport(db, finish);
  addCheck(db, finish);
  addBundle(db, finish);
  addImportBundle(db, finish);
}

/** Adds `loupe usage`. */
export function addUsage(program: Command, finish: Finish): void {
  program
    .command("usage")
    .description("show which features packages need, or how many packages need each feature")
    .argument("[package...]", "names of packages")
    .option("--all", "all packages: by how many of them each feature is used and needed", false)
    .addOption(databaseOption())
    .addOption(new Option("--workload <kind>", "what was run; default: each").choices(["suite", "benchmark", "check"]))
    .option("--package-version <version>", "this version; default: the newest")
    .option("--architecture <name>", "as Debian names them; default: each")
    .option("--json", "write JSON to standard output", false)
    .action(async (packages: readonly string[], options: UsageOptions) => {
      const { usageCommand } = await import("./usage.js");
      finish(await usageCommand(packages, options));
    });
}
