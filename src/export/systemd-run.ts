// SPDX-License-Identifier: GPL-3.0-or-later
import { stat } from "node:fs/promises";
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";
import type { SuiteWorkload } from "../workload/workload.js";
import type { Policy } from "./policy.js";
import { toSystemdUnit } from "./systemd.js";
import type { Verification } from "./verify.js";

/** What systemd makes when it runs (sd_booted(3)). */
const BOOTED = "/run/systemd/system";

/** systemd-run exits like the command; these are its own (systemd.exec(5), Process Exit Codes). */
const SECCOMP_FAILED = 228;

/** Whether systemd runs this machine, so that it can load a filter. */
export async function isSystemdRunning(): Promise<boolean> {
  return stat(BOOTED).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** The settings of a drop-in as options. */
function toProperties(policy: Policy): readonly string[] {
  return toSystemdUnit(policy)
    .split("\n")
    .filter((line) => /^\w+=./.test(line))
    .map((line) => `--property=${line}`);
}

/**
 * Runs a suite as a transient service with the filter that systemd makes of a policy. systemd starts it, so that nobody sees
 * which calls are refused: the exit status is all that there is.
 * Throws EnvironmentError where systemd-run cannot start it.
 */
export async function verifyWithSystemd(
  policy: Policy,
  workload: SuiteWorkload,
  signal: AbortSignal | undefined,
): Promise<Verification> {
  const environment = Object.entries(workload.environment).map(([name, value]) => `--setenv=${name}=${value}`);
  const { exitCode, all, code } = await execa(
    "systemd-run",
    [
      "--wait",
      "--pipe",
      "--collect",
      "--quiet",
      `--working-directory=${workload.directory}`,
      ...environment,
      ...toProperties(policy),
      "--",
      ...workload.command,
    ],
    { reject: false, all: true, stdin: "ignore", ...(signal && { cancelSignal: signal }) },
  );
  if (code === "ENOENT" || exitCode === undefined || exitCode === SECCOMP_FAILED) {
    throw new EnvironmentError(`systemd-run could not run the command with the filter: ${all?.trim() ?? code}`);
  }
  return {
    passed: exitCode === 0,
    ...(exitCode !== 0 && { failure: { kind: "command", exitCode, signal: null } }),
    refused: "unknown",
    logTail: all ?? "",
  };
}
