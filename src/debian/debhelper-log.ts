// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { EnvironmentError, UsageError } from "../errors.js";
import type { BinaryPackage } from "./control.js";

/** Up to this level dh remembers finished commands in debian/PACKAGE.debhelper.log and goes on from there. */
const LAST_LOGGED_LEVEL = 9;

/** The debhelper compatibility level of the source package. Throws UsageError with debhelper's words. */
async function readCompatLevel(directory: string): Promise<number> {
  const { stdout, stderr, failed, code, cause } = await execa("dh_assistant", ["active-compat-level"], {
    cwd: directory,
    reject: false,
  });
  if (code === "ENOENT") {
    throw new EnvironmentError("dh_assistant is missing: it is part of debhelper since version 13.5", { cause });
  }
  const level = /"active-compat-level"\s*:\s*(\d+)/.exec(stdout)?.[1];
  if (failed || level === undefined) {
    throw new UsageError(`the debhelper compatibility level cannot be found out: ${stderr.trim()}`, { cause });
  }
  return Number(level);
}

/** Whether dh keeps a log of finished commands in this source package. Throws what `readCompatLevel` throws. */
export async function keepsLog(directory: string): Promise<boolean> {
  return (await readCompatLevel(directory)) <= LAST_LOGGED_LEVEL;
}

function logFile(directory: string, binary: BinaryPackage): string {
  return join(directory, "debian", `${binary.name}.debhelper.log`);
}

/** Notes that dh_loupe has been run for these packages, as every debhelper command does when it has succeeded. */
export async function writeDebhelperLog(directory: string, binaries: readonly BinaryPackage[]): Promise<void> {
  for (const binary of binaries) {
    await appendFile(logFile(directory, binary), "dh_loupe\n");
  }
}

/** The packages for which the log has dh_loupe already. */
export async function findLogged(
  directory: string,
  binaries: readonly BinaryPackage[],
): Promise<ReadonlySet<BinaryPackage>> {
  const logged = new Set<BinaryPackage>();
  for (const binary of binaries) {
    const log = await readFile(logFile(directory, binary), "utf8").catch(() => "");
    if (log.split("\n").includes("dh_loupe")) {
      logged.add(binary);
    }
  }
  return logged;
}
