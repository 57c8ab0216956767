// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describeCause } from "../../describe-cause.js";
import { UsageError } from "../../errors.js";
import { type Paragraph, parseParagraphs } from "../control.js";

/** A Debian source package: a .dsc file and the files beside it. */
export interface SourcePackage {
  /** The absolute path of the .dsc file. */
  readonly dsc: string;
  readonly source: string;
  /** With its epoch, if it has one. */
  readonly version: string;
}

/** The largest .dsc of the archive has some tens of kilobytes; more than this is something else. */
const LARGEST_DSC_BYTES = 1024 * 1024;

async function readText(path: string): Promise<string> {
  const status = await stat(path).catch((cause) => {
    throw new UsageError(`${path}: cannot be read: ${describeCause(cause)}`, { cause });
  });
  if (status.isDirectory()) {
    throw new UsageError(
      `${path}: a directory; make a source package of it with "dpkg-source -b ${path}" and give its .dsc`,
    );
  }
  if (!status.isFile() || status.size > LARGEST_DSC_BYTES) {
    throw new UsageError(`${path}: not a .dsc file; "apt-get source --download-only PACKAGE" fetches one`);
  }
  return readFile(path, "utf8");
}

/** Names of the files in a Files field (deb-src-control(5)): lines of checksum, size and name. */
function readFileNames(paragraph: Paragraph, path: string): readonly string[] {
  const names = (paragraph.get("files") ?? "")
    .split("\n")
    .flatMap((line) => line.trim().split(/\s+/)[2] ?? [])
    .filter((name) => name !== "");
  const strange = names.find((name) => name.includes("/") || name.startsWith("."));
  if (names.length === 0 || strange !== undefined) {
    const what = strange === undefined ? "it names no files" : `"${strange}" is not the name of a file beside it`;
    throw new UsageError(`${path}: not the .dsc of a source package: ${what}`);
  }
  return names;
}

async function refuseMissing(names: readonly string[], path: string): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    await stat(join(dirname(path), name)).catch(() => missing.push(name));
  }
  if (missing.length > 0) {
    throw new UsageError(
      `${path}: files of the source package are missing beside it: ${missing.join(", ")}; fetch them with dget or apt-get source`,
    );
  }
}

/** Reads a .dsc file, signed or not, and looks whether all that it names is there. Throws UsageError. */
export async function readSourcePackage(path: string): Promise<SourcePackage> {
  const dsc = resolve(path);
  // The armour of a signature makes paragraphs of its own.
  const paragraphs = parseParagraphs(await readText(dsc));
  const paragraph = paragraphs.find((candidate) => candidate.has("source") && candidate.has("files"));
  const source = paragraph?.get("source") ?? "";
  const version = paragraph?.get("version") ?? "";
  if (paragraph === undefined || !/^[a-z0-9][a-z0-9+.-]*$/.test(source) || !/^[A-Za-z0-9.+:~-]+$/.test(version)) {
    throw new UsageError(`${dsc}: not the .dsc of a source package: it has no valid Source, Version and Files`);
  }
  await refuseMissing(readFileNames(paragraph, dsc), dsc);
  return { dsc, source, version };
}
