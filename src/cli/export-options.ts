// SPDX-License-Identifier: GPL-3.0-or-later
import { Argument, type Command, Option } from "commander";
import type { FormatName } from "../export/formats.js";
import type { ExportOptions } from "./export.js";
import { collect, DEFAULT_TIME_LIMIT_SECONDS, parseSeconds } from "./option-values.js";
import type { Words } from "./split-command.js";

/** Adds `loupe export`. */
export function addExport(program: Command, words: Words, finish: (status: number) => void): void {
  program
    .command("export")
    .description("write what programs are to be allowed, as a profile for a sandbox")
    .usage("[options] <format> <manifest|package...> [-- command...]")
    .addArgument(new Argument("<format>", "form of the profile").choices(["seccomp-oci", "systemd", "seccomp-bpf"]))
    .argument(
      "<manifest...>",
      "manifests of the programs that are to run under the profile; with --db: names of packages",
    )
    .option("--db <file|url>", "take the newest manifests of packages from this database")
    .addOption(
      new Option("--allow <calls>", "used: all calls that were seen; required: those that cannot be stubbed")
        .choices(["used", "required"])
        .default("used"),
    )
    .option("--also <call>", "allow this system call, too; repeatable", collect, [])
    .addOption(
      new Option("--refuse <how>", "how other calls are answered")
        .choices(["ENOSYS", "EPERM", "kill", "log"])
        .default("ENOSYS"),
    )
    .option("--output <file>", "write the profile here; default: standard output")
    .option("--verify", "run the command after -- under the profile", false)
    .addOption(
      new Option(
        "--loader <name>",
        "what loads the filter for --verify; default: systemd-run for systemd, else bwrap",
      ).choices(["bwrap", "tracer", "systemd-run"]),
    )
    .option(
      "--consider <path>",
      "with --loader tracer: an executable that is filtered; default: those of the manifests",
      collect,
      [],
    )
    .option("--test-script <script>", "the command is a server; run this program or shell command against it")
    .option("--ready <command>", "exits 0 when the server is ready; default: wait until it listens on a socket")
    .option("--time-limit <seconds>", "limit for the run", parseSeconds, DEFAULT_TIME_LIMIT_SECONDS)
    .action(async (format: FormatName, manifests: readonly string[], options: ExportOptions) => {
      const { exportCommand } = await import("./export.js");
      finish(await exportCommand(format, manifests, words.command, options));
    });
}
