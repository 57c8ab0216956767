// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { analyzeElf, type StaticAnalysis } from "../static/analyze-elf.js";
import { ModuleLoader } from "../static/modules.js";
import { parseSyscallName } from "../tracing/syscall-table.js";
import { withInterrupt } from "./interrupt.js";
import { printResult } from "./output.js";
import { readSources } from "./returns.js";
import { formatSourceJson, renderSourceTable } from "./source-table.js";
import { formatStaticJson, renderPath, renderStaticTable } from "./static-table.js";
import { describeStdout } from "./terminal.js";

/** The options of `loupe static`. */
export interface StaticOptions {
  readonly library: readonly string[];
  readonly why?: string;
  /** The arguments are directories of C source. */
  readonly source: boolean;
  readonly json: boolean;
}

function explain(analysis: StaticAnalysis, name: string): string {
  const path = analysis.pathTo(name);
  if (path === undefined) {
    throw new UsageError(`${analysis.program} has no code for ${name} that can be reached`);
  }
  return renderPath(path);
}

function refuseCodeOptions({ why, library }: StaticOptions): void {
  const given = why !== undefined ? "--why" : library.length > 0 ? "--library" : undefined;
  if (given !== undefined) {
    throw new UsageError(`${given} is about compiled programs, and not for --source`);
  }
}

/**
 * `loupe static`: prints the system calls that programs may make, as their code and that of their libraries says, or their
 * source. Returns the exit
 * status: 0, 128 + N when a signal ended it. Throws LoupeError.
 */
export async function staticCommand(files: readonly string[], options: StaticOptions): Promise<number> {
  const { why, source, json } = options;
  if (source) {
    refuseCodeOptions(options);
    const results = await readSources(files);
    await printResult(json ? formatSourceJson(results) : renderSourceTable(results, describeStdout()));
    return 0;
  }
  const wanted = why === undefined ? undefined : parseSyscallName(why, "x86_64").name;
  return withInterrupt(async ({ signal }) => {
    const loader = new ModuleLoader(signal);
    const analyses: StaticAnalysis[] = [];
    for (const file of files) {
      analyses.push(await analyzeElf(loader, file, options.library));
    }
    if (wanted !== undefined) {
      await printResult(analyses.map((analysis) => explain(analysis, wanted)).join("\n"));
    } else {
      await printResult(json ? formatStaticJson(analyses) : renderStaticTable(analyses, describeStdout()));
    }
    return 0;
  });
}
