// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, isAbsolute } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";
import { isGlob } from "../tracing/patterns.js";
import type { Sandbox } from "../tracing/trace-request.js";
import { probeTracer } from "../tracing/tracer.js";
import type { RunLimits } from "../workload/run-options.js";
import type { Workload } from "../workload/workload.js";
import type { ConsideredProgram } from "./analysis.js";

/** The directories that a sandbox empties. */
const EMPTIED = ["/tmp", "/var/tmp", "/dev/shm"];

/** A suite that runs more processes and threads at once than this multiplies without end. */
const PROCESS_LIMIT = 1000;

/** The share of the machine's memory that all runs may use together. */
const MEMORY_SHARE = 0.8;

/** How runs are kept apart from each other and from the machine. */
export interface Isolation {
  /** Absent where this machine allows no sandbox: then runs go one after the other, in the tree itself. */
  readonly sandbox?: Sandbox;
  /** Why there is no sandbox. */
  readonly problem?: string;
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** All words of the commands that a workload consists of. */
export function listWords(workload: Workload): readonly string[] {
  return workload.form === "server"
    ? [...workload.command, ...workload.testScript, ...(workload.readyCommand ?? [])]
    : workload.command;
}

/** Variables that name the place for temporary files, which are a run's own. */
const TEMPORARY_VARIABLES = new Set(["TMPDIR", "TMP", "TEMP"]);

/** All that the environment may name files with: values, and what stands between colons in them. */
function listValues(environment: Workload["environment"]): readonly string[] {
  return Object.entries(environment)
    .filter(([name]) => !TEMPORARY_VARIABLES.has(name))
    .flatMap(([, value]) => value.split(":"));
}

/**
 * Files that the workload names, in its command or its environment, and that a sandbox would hide: a program below /tmp with its
 * data. Its directory is made visible again, with changes thrown away; a file in /tmp itself alone.
 */
function listHidden(words: readonly string[], tree: string): Sandbox {
  const hidden = words.filter(
    (word) =>
      isAbsolute(word) &&
      !isGlob(word) &&
      !isBelow(word, tree) &&
      EMPTIED.some((directory) => word !== directory && isBelow(word, directory)) &&
      existsSync(word),
  );
  const directories = hidden.map((word) => (statSync(word).isDirectory() ? word : dirname(word)));
  const overlays = directories.filter((directory) => !EMPTIED.includes(directory));
  return {
    overlays: [...new Set(overlays)],
    keep: hidden.filter((word) => EMPTIED.includes(dirname(word)) && !statSync(word).isDirectory()),
  };
}

/** An overlay covers everything below it. */
function dropNested(directories: readonly string[]): readonly string[] {
  return directories.filter((one) => !directories.some((other) => other !== one && isBelow(one, other)));
}

/**
 * An ordinary user's sandbox is a user namespace with this user and the primary group alone. What belongs to anybody else
 * cannot be copied to the upper layer of an overlay there: a write fails with EOVERFLOW (user_namespaces(7)).
 */
async function explainForeignFiles(directories: readonly string[]): Promise<string | undefined> {
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  if (user === 0) {
    return undefined;
  }
  const foreign = ["(", "!", "-uid", `${user}`, "-o", "!", "-gid", `${group}`, ")"];
  const { stdout } = await execa(
    "find",
    [...directories, ...foreign, "-writable", "!", "-type", "l", "-print", "-quit"],
    {
      reject: false,
    },
  );
  return stdout === ""
    ? undefined
    : `${stdout} does not belong to you and your primary group (chown or chgrp ${group} changes that)`;
}

/** Finds out whether runs of a workload can have sandboxes here. Throws TracerError where there is no tracer that works. */
export async function prepareIsolation(
  workload: Workload,
  considered: readonly ConsideredProgram[],
): Promise<Isolation> {
  const tree = workload.directory;
  const words = [
    ...considered.map(({ pattern }) => pattern),
    ...listWords(workload),
    ...listValues(workload.environment),
  ];
  const hidden = listHidden(words, tree);
  // An overlay over the whole file system would not cover what is mounted in it.
  const overlays = dropNested(tree === "/" ? hidden.overlays : [tree, ...hidden.overlays]);
  const sandbox = { overlays, keep: hidden.keep };
  try {
    await probeTracer(sandbox);
    const problem = await explainForeignFiles(overlays);
    return problem === undefined ? { sandbox } : { problem };
  } catch (error) {
    if (error instanceof EnvironmentError) {
      return { problem: error.message };
    }
    throw error;
  }
}

/** The workload as it is in a sandbox: a temporary directory that is not visible there is replaced. */
export function adaptWorkload<Adapted extends Workload>(workload: Adapted, sandbox: Sandbox | undefined): Adapted {
  const { TMPDIR: temporary } = workload.environment;
  const isHidden =
    temporary !== undefined &&
    EMPTIED.some((directory) => isBelow(temporary, directory)) &&
    sandbox?.overlays.some((directory) => isBelow(temporary, directory)) === false;
  return isHidden ? { ...workload, environment: { ...workload.environment, TMPDIR: "/tmp" } } : workload;
}

/** What one of `jobs` runs at the same time may use. */
export function limitRun(jobs: number): RunLimits {
  return {
    processes: PROCESS_LIMIT,
    residentKiB: Math.floor((totalmem() / 1024) * (MEMORY_SHARE / jobs)),
  };
}
