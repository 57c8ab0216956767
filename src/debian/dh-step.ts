// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { Command, Environment } from "../tracing/trace-request.js";
import { readMissingVariables } from "./architecture.js";
import type { Variables } from "./build-options.js";
import type { PackageKind } from "./package-selection.js";

/** The private sequences of the add-on loupe-steps. */
export type StepName = "loupe-test" | "loupe-install";

/** How a step of the package's own dh sequence is run: in which tree, with what. */
export interface DhStep {
  readonly command: Command;
  readonly directory: string;
  readonly environment: Environment;
}

/** Where a step is run. */
export interface StepRequest {
  readonly step: StepName;
  readonly directory: string;
  /** The environment that dh_loupe was called with. */
  readonly variables: Variables;
  /** Set in a build of only one kind of package (`dpkg-buildpackage -B` or `-A`). */
  readonly only?: PackageKind;
  /** What the dh line of debian/rules passes on to every command: `--builddirectory=build`. */
  readonly dhArguments: readonly string[];
  /** dh keeps logs of finished commands (compatibility level 9 and lower), by which it would skip the step. */
  readonly forgetLogs: boolean;
}

/** Set while a step runs: the add-on does not insert dh_loupe then, and dh_loupe does nothing when it is called. */
export const STEP_VARIABLE = "DH_LOUPE_STEP";

/** In a checkout the add-on lies here (reached from src/debian and dist/debian alike); installed, perl finds it itself. */
const ADDON_DIRECTORY = fileURLToPath(new URL("../../dh-loupe", import.meta.url));

/**
 * What must not reach the step. DH_INTERNAL_*: the step is a dh of its own, not part of an override target.
 * The make variables: dh_loupe is called below a make, whose job server and command line are not the step's.
 */
const NOT_INHERITED =
  /^(DH_INTERNAL_.*|MAKEFLAGS|MFLAGS|MAKELEVEL|MAKEOVERRIDES|MAKE_TERMOUT|MAKE_TERMERR|MAKECMDGOALS)$/;

/** Every run of the step writes the logs anew, so this belongs to the command. */
const FORGET_LOGS = 'rm -f debian/*.debhelper.log && exec "$@"';

/** Of the environment that dh_loupe was called with, what a step of the package may see. */
export function keepForStep(variables: Variables): Environment {
  return Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !NOT_INHERITED.test(entry[0]),
    ),
  );
}

function makeEnvironment(request: StepRequest): Environment {
  const { step, variables } = request;
  const environment = keepForStep(variables);
  const addons = (environment.DH_EXTRA_ADDONS ?? "").split(",").filter((name) => name !== "" && name !== "loupe-steps");
  return {
    ...environment,
    DH_EXTRA_ADDONS: [...addons, "loupe-steps"].join(","),
    ...(existsSync(ADDON_DIRECTORY) && {
      PERL5LIB: [ADDON_DIRECTORY, ...(environment.PERL5LIB ? [environment.PERL5LIB] : [])].join(":"),
    }),
    [STEP_VARIABLE]: step,
  };
}

/** dh takes `-a` and `-i` from the name of its own sequences only; for others they have to be said. */
function kindArguments(only: PackageKind | undefined): readonly string[] {
  return only === undefined ? [] : [only === "arch" ? "-a" : "-i"];
}

/**
 * The goal that makes `%: dh $@` of debian/rules run the step. An argument goes into the goal itself: make hands it to the
 * recipe as a part of `$@`.
 */
function makeGoal(request: StepRequest): string {
  return [request.step, ...kindArguments(request.only)].join(" ");
}

/** Whether debian/rules passes unknown targets on to dh: make says what it would run. */
async function passesOn(request: StepRequest, environment: Environment): Promise<boolean> {
  const { stdout, failed } = await execa("make", ["-f", "debian/rules", "--dry-run", makeGoal(request)], {
    cwd: request.directory,
    env: { ...environment, LC_ALL: "C" },
    extendEnv: false,
    reject: false,
  });
  return !failed && stdout.split("\n").some((line) => /\bdh\b/.test(line) && line.includes(request.step));
}

/**
 * Finds out how a step is run: through debian/rules, whose dh line has arguments, or, where debian/rules lists its targets
 * one by one, by dh itself with the arguments that dh had passed on to dh_loupe.
 */
export async function prepareStep(request: StepRequest): Promise<DhStep> {
  const environment = { ...(await readMissingVariables(request.variables)), ...makeEnvironment(request) };
  const command: Command = (await passesOn(request, environment))
    ? ["debian/rules", makeGoal(request)]
    : ["dh", request.step, ...kindArguments(request.only), ...request.dhArguments];
  return {
    command: request.forgetLogs ? ["sh", "-c", FORGET_LOGS, "sh", ...command] : command,
    directory: request.directory,
    environment,
  };
}
