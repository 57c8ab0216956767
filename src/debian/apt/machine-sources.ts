// SPDX-License-Identifier: GPL-3.0-or-later
// Where apt is to get packages from, as text: the machine's own sources, or a file that the user names, each with its source packages.
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError, UsageError } from "../../errors.js";

/** A file for a directory of sources (sources.list(5)). */
export interface SourcesFile {
  /** Ends in `.list` or `.sources`, by which apt tells the two formats. */
  readonly name: string;
  readonly text: string;
}

const MACHINE_FILE = "/etc/apt/sources.list";
const MACHINE_DIRECTORY = "/etc/apt/sources.list.d";

/** Every `deb` line, and the same once more as `deb-src`; a list in which only `deb-src` lines are is left as it is. */
function addSourceLines(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => (/^\s*deb\s/.test(line) ? [line, line.replace("deb", "deb-src")] : [line]))
    .join("\n");
}

function addSourceTypes(text: string): string {
  return text.replace(/^Types:[ \t]*deb[ \t]*$/gim, "Types: deb deb-src");
}

function withSources(name: string, text: string): SourcesFile {
  return { name, text: name.endsWith(".sources") ? addSourceTypes(text) : addSourceLines(text) };
}

/** Whether any entry is switched on: lines that are neither empty nor comments. */
function hasEntry({ text }: SourcesFile): boolean {
  return text.split("\n").some((line) => /^\s*(?:deb(?:-src)?\s|Types:)/i.test(line));
}

async function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

/** The machine's enabled sources, with source packages. Throws EnvironmentError where it has none. */
export async function readMachineSources(): Promise<readonly SourcesFile[]> {
  const names = (await readdir(MACHINE_DIRECTORY).catch(() => [])).filter((name) => /\.(?:list|sources)$/.test(name));
  const paths = [MACHINE_FILE, ...names.sort().map((name) => join(MACHINE_DIRECTORY, name))];
  const files = await Promise.all(paths.map(async (path) => withSources(basename(path), await readIfThere(path))));
  const enabled = files.filter(hasEntry);
  if (enabled.length === 0) {
    throw new EnvironmentError(`no source of packages is enabled in ${MACHINE_FILE} or ${MACHINE_DIRECTORY}`);
  }
  return enabled;
}

/** The sources of a file that the user names, in either format of sources.list(5). Throws UsageError. */
export async function readNamedSources(file: string): Promise<readonly SourcesFile[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`--apt-sources ${file} cannot be read: ${describeCause(cause)}`, { cause });
  }
  const named = withSources(/^Types:/im.test(text) ? "named.sources" : "named.list", text);
  if (!hasEntry(named)) {
    throw new UsageError(`--apt-sources ${file}: there is no entry in it (sources.list(5))`);
  }
  return [named];
}
