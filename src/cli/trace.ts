// SPDX-License-Identifier: GPL-3.0-or-later
import { listExecuted, listNeverExecuted } from "../analysis/executables.js";
import { InterruptedError, TracerError, UsageError } from "../errors.js";
import { nameSignal } from "../tracing/signals.js";
import { nativeArchitecture, parseSyscallName } from "../tracing/syscall-table.js";
import type { TraceReport } from "../tracing/trace-report.js";
import type { Command } from "../tracing/trace-request.js";
import { runTracer } from "../tracing/tracer.js";
import { requireCommand } from "./command-argument.js";
import { toConsideredPattern } from "./considered-option.js";
import { type Interrupt, withInterrupt } from "./interrupt.js";
import { printMessage, printResult } from "./output.js";
import { cleanText, describeStdout } from "./terminal.js";
import { formatTraceJson, renderTraceTable } from "./trace-table.js";

/** The options of `loupe trace`. */
export interface TraceOptions {
  readonly consider: readonly string[];
  readonly syscall: readonly string[];
  readonly json: boolean;
}

/** How the command's end is told: undefined when it succeeded. */
function describeFailedEnd({ end }: TraceReport): string | undefined {
  if (end.reason === "exited" && end.exitCode === 0) {
    return undefined;
  }
  return end.signal === null
    ? `the command failed with exit status ${end.exitCode}`
    : `the command was killed by ${nameSignal(end.signal)}`;
}

/** Leaves only the calls that the user asked for. Throws UnknownSyscallError. */
function selectCalls(report: TraceReport, names: readonly string[]): TraceReport {
  if (names.length === 0) {
    return report;
  }
  const numbers = new Set(names.map((name) => parseSyscallName(name, report.tracer.architecture).number));
  return {
    ...report,
    executables: report.executables.map((executable) => ({
      ...executable,
      calls: executable.calls.filter(({ abi, number }) => abi === report.tracer.architecture && numbers.has(number)),
    })),
  };
}

function requireExecuted(patterns: readonly string[], report: TraceReport): void {
  const never = listNeverExecuted(
    patterns.map((pattern) => ({ pattern, reason: "named" })),
    report,
  );
  if (never.length > 0) {
    const ran = listExecuted(report).map(cleanText).join(", ");
    throw new UsageError(`no process executed ${never.join(", ")}; what ran: ${ran}`);
  }
}

/** What the report says of the run when nobody interrupted it. Throws UsageError, TracerError. */
function judgeReport(report: TraceReport, patterns: readonly string[]): number {
  const [error] = report.errors;
  if (error !== undefined) {
    throw new TracerError(`the record is incomplete: ${cleanText(error.message)}`);
  }
  requireExecuted(patterns, report);
  const failure = describeFailedEnd(report);
  if (failure !== undefined) {
    printMessage(failure);
    return 4;
  }
  return 0;
}

async function present(report: TraceReport, options: TraceOptions): Promise<void> {
  for (const { message } of report.warnings) {
    printMessage(`warning: ${cleanText(message)}`);
  }
  const shown = selectCalls(report, options.syscall);
  await printResult(options.json ? formatTraceJson(shown) : renderTraceTable(shown, describeStdout()));
}

async function trace(
  command: Command,
  patterns: readonly string[],
  options: TraceOptions,
  interrupt: Interrupt,
): Promise<number> {
  const { report } = await runTracer({
    command,
    considered: patterns.length === 0 ? "all" : patterns,
    discover: "counts",
    stdin: "inherit",
    output: { kind: "stderr" },
    signal: interrupt.signal,
  });
  if (report.end.reason === "cannot-execute") {
    throw new UsageError(report.end.message ?? `${command[0]} cannot be executed`);
  }
  await present(report, options);
  const interrupted = interrupt.exitStatus();
  if (interrupted !== undefined) {
    printMessage("interrupted; what is shown is what happened until then");
    return interrupted;
  }
  return judgeReport(report, patterns);
}

/** Refuses unknown names before the command runs, where the architecture is known without asking the tracer. */
function requireSyscalls(names: readonly string[]): void {
  const architecture = nativeArchitecture();
  if (architecture !== undefined) {
    for (const name of names) {
      parseSyscallName(name, architecture);
    }
  }
}

/**
 * `loupe trace`: runs the command once and prints the system calls of its (considered) executables. The command's own output
 * goes to standard error, as standard output is for the result.
 * Returns the exit status: 0, 4 when the command failed, 128 + N when a signal ended it. Throws LoupeError.
 */
export async function traceCommand(words: readonly string[], options: TraceOptions): Promise<number> {
  const command = await requireCommand(words);
  requireSyscalls(options.syscall);
  const patterns = options.consider.map((option) => toConsideredPattern(option, process.cwd()));
  return withInterrupt(async (interrupt) => {
    try {
      return await trace(command, patterns, options, interrupt);
    } catch (error) {
      if (error instanceof InterruptedError) {
        printMessage(error.message);
        return interrupt.exitStatus() ?? error.exitStatus;
      }
      throw error;
    }
  });
}
