// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { readManifest } from "../manifest/read-manifest.js";
import { writeManifest } from "../manifest/write-manifest.js";
import { findSourceCalls } from "../source/find-calls.js";
import { toManifestSources } from "../source/manifest-sources.js";
import { addStaticToManifest } from "../static/add-to-manifest.js";
import { analyzeElf, type StaticAnalysis } from "../static/analyze-elf.js";
import { ModuleLoader } from "../static/modules.js";
import { parseSyscallName } from "../tracing/syscall-table.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage, printResult } from "./output.js";
import { readSources } from "./returns.js";
import { formatSourceJson, renderSourceTable } from "./source-table.js";
import { formatStaticJson, renderPath, renderStaticTable } from "./static-table.js";
import { cleanText, describeStdout } from "./terminal.js";

/** The options of `loupe static`. */
export interface StaticOptions {
  readonly library: readonly string[];
  readonly why?: string;
  /** The arguments are directories of C source. */
  readonly source: boolean;
  readonly json: boolean;
  /** A manifest that gets what is found of its executables, or of its package's source. */
  readonly addTo?: string;
}

function explain(analysis: StaticAnalysis, name: string): string {
  const path = analysis.pathTo(name);
  if (path === undefined) {
    throw new UsageError(`${analysis.program} has no code for ${name} that can be reached`);
  }
  return renderPath(path);
}

/** Writes what the code of a manifest's executables says into the manifest. */
async function extendManifest(file: string, signal: AbortSignal): Promise<number> {
  const { manifest, leftOut } = await addStaticToManifest(
    await readManifest(file),
    process.cwd(),
    new ModuleLoader(signal),
  );
  for (const sentence of leftOut) {
    printMessage(`left out: ${cleanText(sentence)}`);
  }
  await writeManifest(file, manifest);
  printMessage(`wrote ${file}`);
  return 0;
}

/** Writes what the source below a directory says into a manifest. */
async function addSources(file: string, directory: string): Promise<number> {
  const manifest = await readManifest(file);
  const sources = toManifestSources(await findSourceCalls(directory));
  await writeManifest(file, { ...manifest, sources });
  printMessage(`wrote ${file}`);
  return 0;
}

function requireFiles(files: readonly string[], { addTo, source, why, json, library }: StaticOptions): void {
  if (addTo === undefined) {
    if (files.length === 0) {
      throw new UsageError(source ? "which directories? name them" : "which programs? name ELF files");
    }
    return;
  }
  if (source && files.length !== 1) {
    throw new UsageError("--source --add-to takes one directory: the source of the manifest's package");
  }
  if ((files.length > 0 && !source) || why !== undefined || json || library.length > 0) {
    throw new UsageError("--add-to takes the programs that the manifest names, and goes without other arguments");
  }
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
  const { why, source, json, addTo } = options;
  requireFiles(files, options);
  if (source) {
    refuseCodeOptions(options);
    const [directory] = files;
    if (addTo !== undefined && directory !== undefined) {
      return addSources(addTo, directory);
    }
    const results = await readSources(files);
    await printResult(json ? formatSourceJson(results) : renderSourceTable(results, describeStdout()));
    return 0;
  }
  const wanted = why === undefined ? undefined : parseSyscallName(why, "x86_64").name;
  return withInterrupt(async ({ signal }) => {
    if (addTo !== undefined) {
      return extendManifest(addTo, signal);
    }
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
