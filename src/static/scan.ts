// SPDX-License-Identifier: GPL-3.0-or-later
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { EnvironmentError, InterruptedError, UsageError } from "../errors.js";
import { parseScanReport, type ScanReport } from "./scan-report.js";

/** In a checkout: reached from src/static and from dist/cli alike. */
const IN_CHECKOUT = fileURLToPath(new URL("../../scanner/loupe-scan", import.meta.url));
const INSTALLED = "/usr/libexec/loupe/loupe-scan";

/** The largest libraries give some ten megabytes. */
const LARGEST_REPORT_BYTES = 512 * 1024 * 1024;
/** No library takes a tenth of it; a hostile file must not take forever. */
const TIME_LIMIT_SECONDS = 120;

const INPUT_STATUS = 2;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where loupe-scan is: LOUPE_SCANNER, else that of the checkout, else the installed one. Throws EnvironmentError. */
function findScanner(): string {
  const named = process.env.LOUPE_SCANNER;
  const found = [...(named === undefined || named === "" ? [IN_CHECKOUT, INSTALLED] : [named])].find(isExecutable);
  if (found === undefined) {
    throw new EnvironmentError(
      named === undefined || named === ""
        ? `the scanner is missing: neither ${IN_CHECKOUT} nor ${INSTALLED} is an executable file; install the package loupe-scan, or run "scripts/setup run" in a checkout`
        : `LOUPE_SCANNER names ${named}, which is not an executable file; correct or unset it`,
    );
  }
  return found;
}

/**
 * Disassembles a file. Throws UsageError where it is no ELF file for x86-64, EnvironmentError where there is no scanner or it
 * does not end, InterruptedError.
 */
export async function scanFile(path: string, signal?: AbortSignal): Promise<ScanReport> {
  const { stdout, stderr, failed, exitCode, timedOut, isCanceled, isMaxBuffer } = await execa(findScanner(), [path], {
    reject: false,
    stdin: "ignore",
    maxBuffer: LARGEST_REPORT_BYTES,
    timeout: TIME_LIMIT_SECONDS * 1000,
    forceKillAfterDelay: 1000,
    ...(signal && { cancelSignal: signal }),
  });
  if (isCanceled) {
    throw new InterruptedError(`interrupted while ${path} was disassembled`);
  }
  if (exitCode === INPUT_STATUS) {
    throw new UsageError(stderr.trim().replace(/^loupe-scan: /, ""));
  }
  if (failed) {
    const problem = timedOut
      ? `it took more than ${TIME_LIMIT_SECONDS} s`
      : isMaxBuffer
        ? "its report is too large"
        : stderr.trim().replace(/^loupe-scan: /, "") || "the scanner was killed";
    throw new EnvironmentError(`${path} cannot be disassembled: ${problem}`);
  }
  return parseScanReport(path, stdout);
}
