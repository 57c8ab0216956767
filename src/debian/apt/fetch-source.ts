// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseParagraph } from "../control.js";
import { stripEpoch } from "../version.js";
import { type AptFault, explainAptOutput } from "./apt-failure.js";
import type { PrivateApt } from "./private-apt.js";

/** A source package in one version. */
export interface SourcePackage {
  readonly source: string;
  readonly version: string;
}

/** What came of an attempt to get something. */
export type Attempt<Result> = { readonly result: Result } | { readonly fault: AptFault };

/** A source package's files in a directory; the name of the .dsc. */
export interface FetchedSource {
  readonly directory: string;
  readonly dsc: string;
}

/** Downloads the files of a source package into an empty directory. */
export async function downloadSource(
  apt: PrivateApt,
  { source, version }: SourcePackage,
  directory: string,
  signal?: AbortSignal,
): Promise<Attempt<FetchedSource>> {
  const words = ["-q", "source", "--only-source", "--download-only", `${source}=${version}`];
  const { failed, output } = await apt.run("apt-get", words, directory, signal);
  if (failed) {
    return { fault: explainAptOutput(output) };
  }
  const dsc = (await readdir(directory)).find((name) => name.endsWith(".dsc"));
  return dsc === undefined
    ? { fault: { kind: "other", words: `apt-get delivered no .dsc file of ${source}` } }
    : { result: { directory, dsc } };
}

/** The text of a .dsc without its signature. */
function withoutSignature(text: string): string {
  const signed =
    /-----BEGIN PGP SIGNED MESSAGE-----\r?\n[\s\S]*?\r?\n\r?\n([\s\S]*?)-----BEGIN PGP SIGNATURE-----/.exec(text);
  return (signed?.[1] ?? text).trim();
}

/** What a .dsc says of its source package. */
export async function readDsc({ directory, dsc }: FetchedSource): Promise<SourcePackage> {
  const fields = parseParagraph(withoutSignature(await readFile(join(directory, dsc), "utf8")));
  return { source: fields.get("source") ?? "", version: fields.get("version") ?? "" };
}

/** The directory name that dpkg-source gives: source and upstream version, without epoch and Debian revision. */
export function nameTree({ source, version }: SourcePackage): string {
  return `${source}-${stripEpoch(version).replace(/-[^-]*$/, "")}`;
}
