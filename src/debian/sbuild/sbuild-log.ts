// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { stripEpoch } from "../version.js";
import type { SourcePackage } from "./source-package.js";

/** Lines of a log that an error message quotes. */
const QUOTED_LINES = 12;

/** What sbuild's log says about a build that failed. */
export interface BuildFailure {
  /** sbuild's name of the stage: `build`, `install-deps`, ... */
  readonly stage?: string;
  /** The last lines of that stage. */
  readonly lastLines: string;
}

/** Files of this source package that a build has written since `started` (milliseconds) and whose name ends in `suffix`. */
export async function findWritten(
  directory: string,
  { source, version }: SourcePackage,
  suffix: string,
  started: number,
): Promise<readonly string[]> {
  const prefix = `${source}_${stripEpoch(version)}_`;
  const paths = (await readdir(directory))
    .filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
    .map((name) => join(directory, name));
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  // The file system's clock is coarser than ours.
  return paths.filter((_, index) => (times[index] ?? 0) >= started - 1000);
}

/** The end of what dpkg-buildpackage or apt-get has said, before sbuild's own words about it. */
function quoteEnd(log: string): string {
  const [before = ""] = log.split(/^(?:-{80}\nBuild finished at|\+-+\+\n\| (?:Cleanup|Summary) )/m);
  const lines = before.trimEnd().split("\n");
  return lines.slice(-QUOTED_LINES).join("\n");
}

/** Reads why a build failed from its log; nothing where there is no log. */
export async function readFailure(logFile: string | undefined): Promise<BuildFailure> {
  const log = logFile === undefined ? "" : await readFile(logFile, "utf8").catch(() => "");
  const stage = /^Fail-Stage: (\S+)$/m.exec(log)?.[1];
  return { lastLines: quoteEnd(log), ...(stage !== undefined && { stage }) };
}

/** Why dh_loupe did nothing in a build, in its own words. */
export async function readSkipReason(logFile: string | undefined): Promise<string | undefined> {
  const log = logFile === undefined ? "" : await readFile(logFile, "utf8").catch(() => "");
  return /^dh_loupe: skipped: (.*)$/m.exec(log)?.[1];
}
