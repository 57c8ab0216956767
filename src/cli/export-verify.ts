// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterruptedError, UsageError } from "../errors.js";
import type { NamedManifest } from "../export/build-policy.js";
import type { FormatName } from "../export/formats.js";
import type { Policy } from "../export/policy.js";
import { listSystemdDefault } from "../export/systemd.js";
import { isSystemdRunning, verifyWithSystemd } from "../export/systemd-run.js";
import { findFallbacks, type Verification, verifyPolicy } from "../export/verify.js";
import type { Command } from "../tracing/trace-request.js";
import { describeFailure, type RunFailure } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import type { Workload } from "../workload/workload.js";
import { parseCommandOption } from "./command-argument.js";
import { toConsideredPattern } from "./considered-option.js";
import { ownEnvironment } from "./environment.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage } from "./output.js";
import { cleanText } from "./terminal.js";

/** What installs the filter: see `WatchedLoader`; systemd-run asks the running systemd. */
export type LoaderOption = "bwrap" | "tracer" | "systemd-run";

/** The options of `loupe export` about --verify. */
export interface VerifyOptions {
  readonly loader?: LoaderOption;
  readonly consider: readonly string[];
  readonly testScript?: string;
  readonly ready?: string;
  readonly timeLimit: number;
}

/** What is verified, and with what. */
export interface ExportedProfile {
  readonly format: FormatName;
  readonly policy: Policy;
  readonly manifests: readonly NamedManifest[];
}

const FINDING = 1;
const WORKLOAD_FAILS = 4;

async function toWorkload(command: Command, options: VerifyOptions): Promise<Workload> {
  const base = { kind: "check", command, directory: process.cwd(), environment: ownEnvironment() } as const;
  if (options.testScript === undefined) {
    if (options.ready !== undefined) {
      throw new UsageError("--ready tells when a server is ready, and needs --test-script");
    }
    return { ...base, form: "suite" };
  }
  return {
    ...base,
    form: "server",
    testScript: await parseCommandOption("--test-script", options.testScript),
    ...(options.ready !== undefined && { readyCommand: await parseCommandOption("--ready", options.ready) }),
  };
}

/** The programs of the manifests, wherever a package's build tree was: the tracer matches them by the ends of their paths. */
function listConsidered({ manifests }: ExportedProfile, options: VerifyOptions): readonly string[] {
  const named = options.consider.map((option) => toConsideredPattern(option, process.cwd()));
  const paths = manifests.flatMap(({ manifest }) => manifest.executables.map(({ path }) => path));
  return named.length > 0 ? named : paths.map((path) => (path.startsWith("/") ? path : `*/${path}`));
}

async function chooseLoader({ format }: ExportedProfile, options: VerifyOptions): Promise<LoaderOption> {
  if (options.loader !== undefined) {
    return options.loader;
  }
  if (format !== "systemd") {
    return "bwrap";
  }
  if (options.testScript === undefined && (await isSystemdRunning())) {
    return "systemd-run";
  }
  printMessage(
    options.testScript === undefined
      ? "systemd is not running here: bwrap loads a filter of the same calls, all of @default included"
      : "a server is started by us, not by systemd: bwrap loads a filter of the same calls, all of @default included",
  );
  return "bwrap";
}

/** What systemd adds to the list by itself is allowed in our filter, too. */
function asLoaded({ format, policy }: ExportedProfile): Policy {
  if (format !== "systemd") {
    return policy;
  }
  const allowed = new Map([...policy.allowed, ...listSystemdDefault()].map((call) => [call.number, call]));
  return {
    ...policy,
    allowed: [...allowed.values()],
    unavailable: policy.unavailable.filter(({ number }) => !allowed.has(number)),
  };
}

async function verify(
  profile: ExportedProfile,
  loader: LoaderOption,
  { workload, options, scratchDirectory, signal }: Verifier,
): Promise<Verification> {
  if (loader === "systemd-run") {
    if (workload.form === "server") {
      throw new UsageError(
        "--loader systemd-run runs commands that end by themselves, and no server with --test-script",
      );
    }
    return verifyWithSystemd(profile.policy, workload, signal);
  }
  return verifyPolicy({
    policy: asLoaded(profile),
    workload,
    loader,
    considered: listConsidered(profile, options),
    timeLimitSeconds: options.timeLimit,
    scratchDirectory,
    signal,
  });
}

function describeRefused({ refused }: Verification): string {
  if (refused === "unknown") {
    return "which calls were refused is not known";
  }
  const list = refused.map(({ name, executable, calls }) => `${name} (${cleanText(executable)}, ${calls} times)`);
  return list.length === 0 ? "no call was refused" : `refused: ${list.join(", ")}`;
}

/** A command that fails by itself says nothing about the profile. */
async function failsWithoutProfile(
  workload: Workload,
  timeLimitSeconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { passed } = await runWorkload(workload, { considered: [], discover: "none", timeLimitSeconds, signal });
  return !passed;
}

/** Says what failed, and tells a profile that breaks a command from a command that is broken. */
async function reportFailure(
  { failure, logTail }: { readonly failure: RunFailure; readonly logTail: string },
  what: string,
  { workload, options, signal }: Verifier,
): Promise<number> {
  process.stderr.write(logTail.replace(/\n?$/, "\n"));
  if (await failsWithoutProfile(workload, options.timeLimit, signal)) {
    printMessage(`the command fails without the profile, too: ${describeFailure(failure)}`);
    return WORKLOAD_FAILS;
  }
  printMessage(what);
  return FINDING;
}

/** A command that runs under profiles. */
export interface Verifier {
  readonly workload: Workload;
  readonly options: VerifyOptions;
  readonly scratchDirectory: string;
  readonly signal: AbortSignal;
}

/**
 * Gives a command that was named for --verify a scratch directory, and lets Ctrl-C end it. Returns what `use` returns, or 128 + N
 * when a signal ended it.
 */
export async function withVerifier(
  command: Command,
  options: VerifyOptions,
  use: (verifier: Verifier) => Promise<number>,
): Promise<number> {
  const workload = await toWorkload(command, options);
  return withInterrupt(async ({ signal, exitStatus }) => {
    const scratchDirectory = await mkdtemp(join(tmpdir(), "loupe-export-"));
    try {
      return await use({ workload, options, scratchDirectory, signal });
    } catch (error) {
      if (error instanceof InterruptedError) {
        printMessage(error.message);
        return exitStatus() ?? error.exitStatus;
      }
      throw error;
    } finally {
      await rm(scratchDirectory, { recursive: true, force: true });
    }
  });
}

/**
 * The policy with what the programs fall back to where calls are refused, or the exit status when the command does not pass
 * without those calls. Throws LoupeError.
 */
export async function allowFallbacks(profile: ExportedProfile, verifier: Verifier): Promise<Policy | number> {
  const { policy } = profile;
  const { workload, options, signal } = verifier;
  const considered = listConsidered(profile, options);
  const timeLimitSeconds = options.timeLimit;
  const { calls, failure, logTail } = await findFallbacks({ policy, workload, considered, timeLimitSeconds, signal });
  if (failure !== undefined) {
    const names = policy.unavailable.map(({ name }) => name).join(", ");
    const what = `the command needs more than the manifest's workload did: without ${names}: ${describeFailure(failure)}`;
    return reportFailure({ failure, logTail }, what, verifier);
  }
  if (calls.length > 0) {
    printMessage(`allowed, too, because the programs fall back to it: ${calls.map(({ name }) => name).join(", ")}`);
  }
  const allowed = [...policy.allowed, ...calls].sort((left, right) => left.number - right.number);
  return { ...policy, allowed };
}

/**
 * Runs a command under a profile that was just written and says what came of it. Returns the exit status: 0 when it passed, 1
 * when it failed, 4 when it fails without the profile, too. Throws LoupeError.
 */
export async function verifyExport(profile: ExportedProfile, verifier: Verifier): Promise<number> {
  const loader = await chooseLoader(profile, verifier.options);
  const result = await verify(profile, loader, verifier);
  if (result.failure === undefined) {
    printMessage(`verified with ${loader}: the command passes under the profile; ${describeRefused(result)}`);
    return 0;
  }
  const what = `with ${loader}, the command fails under the profile: ${describeFailure(result.failure)}; ${describeRefused(result)}`;
  return reportFailure({ failure: result.failure, logTail: result.logTail }, what, verifier);
}
