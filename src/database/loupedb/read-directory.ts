// SPDX-License-Identifier: GPL-3.0-or-later
import { type Dirent, constants as FILE } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "../../compare-text.js";
import { describeCause } from "../../describe-cause.js";
import { UsageError } from "../../errors.js";
import {
  LARGEST_FILE_BYTES,
  type LoupedbRun,
  type LoupedbWorkload,
  parseWorkload,
  type ReportIrregularity,
} from "./format.js";
import { LoupedbError } from "./read-rows.js";
import { readDynamic, readStatic } from "./read-tables.js";

/** A run that was read, or why it could not be. */
export type ReadRun = { readonly directory: string } & (
  | { readonly run: LoupedbRun; readonly error?: undefined }
  | { readonly run?: undefined; readonly error: LoupedbError }
);

const TABLES = ["dyn.csv", "static_binary.csv", "static_sources.csv"] as const;

async function list(directory: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((left, right) => compareText(left.name, right.name));
  } catch (cause) {
    throw new UsageError(`${directory}: cannot be read: ${describeCause(cause, directory)}`, { cause });
  }
}

/** The directories in a directory. Links are not followed: they could lead anywhere. */
async function listDirectories(directory: string, report: ReportIrregularity): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await list(directory)) {
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".")) {
        names.push(entry.name);
      }
    } else if (entry.isSymbolicLink()) {
      report({ file: join(directory, entry.name), message: "a symbolic link: not followed" });
    }
  }
  return names;
}

/** The text of a regular file, undefined where there is none. Throws LoupedbError for anything else. */
async function readText(file: string): Promise<string | undefined> {
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    const handle = await open(file, FILE.O_RDONLY | FILE.O_NOFOLLOW | FILE.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile()) {
        throw new LoupedbError(`${file}: not a regular file`);
      }
      if (status.size > LARGEST_FILE_BYTES) {
        throw new LoupedbError(
          `${file}: ${status.size} bytes; a file of a loupedb database has at most ${LARGEST_FILE_BYTES}`,
        );
      }
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      return undefined;
    }
    throw cause instanceof LoupedbError ? cause : new LoupedbError(`${file}: ${describeCause(cause)}`, { cause });
  }
}

interface RunPlace {
  readonly application: string;
  readonly workload: LoupedbWorkload;
  readonly run: string;
  readonly directory: string;
}

async function readTable<Table>(
  { directory }: RunPlace,
  name: (typeof TABLES)[number],
  read: (csv: { file: string; text: string; report: ReportIrregularity }) => Table,
  report: ReportIrregularity,
): Promise<Table | null> {
  const file = join(directory, "data", name);
  const text = await readText(file);
  return text === undefined ? null : read({ file, text, report });
}

async function reportUnknown({ directory }: RunPlace, report: ReportIrregularity): Promise<void> {
  const known = (name: string): boolean => name === "cmd.txt" || name === "data" || name.startsWith("Dockerfile");
  for (const { name } of (await list(directory)).filter((entry) => !known(entry.name))) {
    report({ file: join(directory, name), message: "not part of the format: skipped" });
  }
  for (const { name } of await list(join(directory, "data"))) {
    if (!TABLES.some((table) => table === name)) {
      report({ file: join(directory, "data", name), message: "not part of the format: skipped" });
    }
  }
}

async function readDockerfile({ directory }: RunPlace): Promise<string | null> {
  const name = (await list(directory)).find((entry) => entry.name.startsWith("Dockerfile"))?.name;
  return name === undefined ? null : ((await readText(join(directory, name))) ?? null);
}

async function readRun(place: RunPlace, report: ReportIrregularity): Promise<LoupedbRun> {
  const { application, workload, run, directory } = place;
  const command = await readText(join(directory, "cmd.txt"));
  if (command === undefined) {
    report({ file: join(directory, "cmd.txt"), message: "is missing: how the run was started is not known" });
  }
  const verdicts = await readTable(place, "dyn.csv", readDynamic, report);
  const staticBinary = await readTable(place, "static_binary.csv", readStatic, report);
  const staticSources = await readTable(place, "static_sources.csv", readStatic, report);
  if (verdicts === null && staticBinary === null && staticSources === null) {
    throw new LoupedbError(`${directory}: there is no data/dyn.csv, and no static data`);
  }
  await reportUnknown(place, report);
  const dockerfile = await readDockerfile(place);
  return {
    application,
    workload,
    run,
    command: command?.trimEnd() ?? null,
    dockerfile,
    verdicts,
    staticBinary,
    staticSources,
  };
}

async function* readApplication(
  directory: string,
  application: string,
  report: ReportIrregularity,
): AsyncGenerator<ReadRun> {
  for (const name of await listDirectories(directory, report)) {
    const workload = parseWorkload(name);
    if (workload === undefined) {
      report({ file: join(directory, name), message: "neither benchmark-NAME nor suite nor suite-NAME: skipped" });
      continue;
    }
    for (const run of await listDirectories(join(directory, name), report)) {
      const place = { application, workload, run, directory: join(directory, name, run) };
      try {
        yield { directory: place.directory, run: await readRun(place, report) };
      } catch (cause) {
        if (!(cause instanceof UsageError)) {
          throw cause;
        }
        yield { directory: place.directory, error: new LoupedbError(cause.message, { cause }) };
      }
    }
  }
}

/**
 * Reads a loupedb database, run by run, in the order of their names. Irregularities are reported; a run that cannot be understood is
 * given back as its error, and the others go on. Throws UsageError where the directory cannot be read or has no run.
 */
export async function* readLoupedb(directory: string, report: ReportIrregularity): AsyncGenerator<ReadRun> {
  let found = false;
  for (const application of await listDirectories(directory, report)) {
    for await (const run of readApplication(join(directory, application), application, report)) {
      found = true;
      yield run;
    }
  }
  if (!found) {
    throw new UsageError(`${directory}: no loupedb database: there is no APPLICATION/WORKLOAD/RUN/data in it`);
  }
}
