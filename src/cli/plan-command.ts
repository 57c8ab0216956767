// SPDX-License-Identifier: GPL-3.0-or-later
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_TREATMENT_EFFORT, LARGEST_EFFORT, parseEffort } from "../planning/effort.js";
import type { PlanOptions } from "./plan.js";

function parseCost(text: string): number {
  const effort = parseEffort(text);
  if (effort === undefined) {
    throw new InvalidArgumentError(`It must be a number up to ${LARGEST_EFFORT} with at most three decimals.`);
  }
  return effort;
}

function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices);
}

/** Adds `loupe plan`. */
export function addPlan(program: Command, finish: (status: number) => void): void {
  program
    .command("plan")
    .description("show which system calls an operating system should implement, stub and fake next, and what runs then")
    .argument("[manifest...]", "manifests of the packages, or directories of them, in place of --db")
    .option("--os <file>", "the system calls that it has: one a line, or CSV NAME,STATUS")
    .addOption(
      new Option("--db <file|url>", "a usage database: an SQLite file, or postgres://USER@HOST/DATABASE").env(
        "LOUPE_DB",
      ),
    )
    .option("--packages <names>", "plan for these packages only, separated by commas")
    .addOption(choice("--workload <kind>", "use measurements of this kind only", ["suite", "benchmark", "check"]))
    .option("--popcon <file>", "popcon's list (by_inst): a package counts as often as it is installed")
    .option("--costs <file>", "lines NAME COST [COST OF A STUB OR FAKE]; default: 1 for each call")
    .option("--stub-cost <number>", "what stubbing or faking a call costs", parseCost, DEFAULT_TREATMENT_EFFORT)
    .addOption(choice("--partial <state>", "what a partial implementation counts as", ["full", "none"]).default("full"))
    .addOption(
      choice("--unlisted <state>", "what calls do that are not in the list: stub if they fail with ENOSYS", [
        "none",
        "stub",
      ]).default("none"),
    )
    .addOption(choice("--architecture <name>", "the one whose calls are meant", ["amd64", "arm64"]).default("amd64"))
    .option("--organic <file>", "compare with the order in which the packages of this file were really gained")
    .option("--naive", "compare with implementing every call that is used", false)
    .option("--json", "write JSON to standard output", false)
    .action(async (manifests: readonly string[], options: PlanOptions) => {
      const { planCommand } = await import("./plan.js");
      finish(await planCommand(manifests, options));
    });
}
