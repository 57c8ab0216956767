// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { EnvironmentError, type LoupeError, UsageError } from "../../errors.js";
import type { Command } from "../../tracing/trace-request.js";
import { compareVersions } from "../compare-versions.js";
import type { PrivateApt } from "./private-apt.js";

/** What a Sources index says about a source package (deb-src-control(5), repository format). */
export interface IndexedSource {
  readonly source: string;
  readonly version: string;
  readonly section: string;
  /** The words of its Testsuite field. */
  readonly testsuites: readonly string[];
  readonly binaries: readonly string[];
  /** Build-Depends, Build-Depends-Arch and Build-Depends-Indep together. */
  readonly buildDepends: string;
}

type Fields = Map<string, string>;

const splitList = (text: string | undefined): readonly string[] =>
  (text ?? "").split(/[\s,]+/).filter((word) => word !== "");

function toSource(fields: Fields): IndexedSource | undefined {
  const source = fields.get("package") ?? fields.get("source") ?? "";
  const version = fields.get("version") ?? "";
  if (source === "" || version === "") {
    return undefined;
  }
  const dependencies = ["build-depends", "build-depends-arch", "build-depends-indep"];
  return {
    source,
    version,
    section: fields.get("section") ?? "",
    testsuites: splitList(fields.get("testsuite")),
    binaries: splitList(fields.get("binary")),
    buildDepends: dependencies.flatMap((name) => fields.get(name) ?? []).join(", "),
  };
}

/** Stanza by stanza, because an index of an archive has 34,000 of them in 50 MB. */
async function* readStanzas(input: Readable): AsyncGenerator<Fields> {
  let fields: Fields = new Map();
  let current = "";
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") {
      if (fields.size > 0) {
        yield fields;
      }
      fields = new Map();
    } else if (/^[ \t]/.test(line)) {
      fields.set(current, `${fields.get(current) ?? ""}\n${line.trim()}`);
    } else {
      const colon = line.indexOf(":");
      current = line.slice(0, colon).toLowerCase();
      fields.set(current, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) {
    yield fields;
  }
}

/** The source packages of an index in the order of their stanzas, which may have several versions of one. */
export async function* readSources(input: Readable): AsyncGenerator<IndexedSource> {
  for await (const fields of readStanzas(input)) {
    // Extra-Source-Only: kept for the licences of others, not a part of the archive (repository format).
    const source = fields.get("extra-source-only") === "yes" ? undefined : toSource(fields);
    if (source !== undefined) {
      yield source;
    }
  }
}

/** The source packages that a selection may choose from; of one with several versions, all. */
export class SourcesIndex {
  readonly #versions = new Map<string, IndexedSource[]>();

  /** How many source packages there are. */
  get size(): number {
    return this.#versions.size;
  }

  /** Reads all of a stream. */
  async add(input: Readable): Promise<void> {
    for await (const source of readSources(input)) {
      const others = this.#versions.get(source.source) ?? [];
      if (!others.some(({ version }) => version === source.version)) {
        this.#versions.set(source.source, [...others, source]);
      }
    }
  }

  /** The package in this version, or in its newest. */
  find(name: string, version?: string): IndexedSource | undefined {
    const known = this.#versions.get(name) ?? [];
    if (version !== undefined) {
      return known.find((source) => source.version === version);
    }
    return known.reduce<IndexedSource | undefined>(
      (best, source) => (best === undefined || compareVersions(source.version, best.version) > 0 ? source : best),
      undefined,
    );
  }

  /** Every package in its newest version, in the order of the index. */
  listNewest(): readonly IndexedSource[] {
    return [...this.#versions.keys()].flatMap((name) => this.find(name) ?? []);
  }
}

/** Reads what a command prints. Throws what `explain` makes of its last words. */
async function readOutput(
  index: SourcesIndex,
  [program, ...words]: Command,
  environment: Readonly<Record<string, string>>,
  explain: (words: string) => LoupeError,
): Promise<void> {
  const subprocess = execa(program, words, {
    env: { LC_ALL: "C", ...environment },
    stdin: "ignore",
    reject: false,
    buffer: { stdout: false },
  });
  await index.add(subprocess.stdout);
  const { failed, stderr, shortMessage } = await subprocess;
  if (failed) {
    throw explain(stderr.trim() || (shortMessage ?? "it failed"));
  }
}

/** Reads the Sources of all of apt's lists. Throws EnvironmentError. */
export async function readAptIndex(apt: PrivateApt): Promise<SourcesIndex> {
  const format = ["--format", "$(FILENAME)", "Created-By: Sources"];
  const { failed, stdout, output } = await apt.run("apt-get", ["indextargets", ...format], apt.root);
  if (failed) {
    throw new EnvironmentError(`apt's lists of source packages cannot be found: ${output.trim()}`);
  }
  const index = new SourcesIndex();
  for (const file of stdout.split("\n").filter((name) => name !== "")) {
    const command: Command = ["/usr/lib/apt/apt-helper", "cat-file", file];
    const explain = (words: string): LoupeError => new EnvironmentError(`apt's list ${file} cannot be read: ${words}`);
    await readOutput(index, command, apt.environment, explain);
  }
  return index;
}

function chooseReader(file: string): Command {
  if (file.endsWith(".xz")) {
    return ["xz", "--decompress", "--stdout", file];
  }
  return file.endsWith(".gz") ? ["gzip", "--decompress", "--stdout", file] : ["cat", file];
}

/** Reads a Sources file, compressed or not. Throws UsageError where there is no source package in it. */
export async function readIndexFile(file: string): Promise<SourcesIndex> {
  const index = new SourcesIndex();
  const explain = (words: string): LoupeError => new UsageError(`--sources ${file} cannot be read: ${words}`);
  await readOutput(index, chooseReader(resolve(file)), {}, explain);
  if (index.size === 0) {
    throw new UsageError(`--sources ${file}: there is no source package in it; give a Sources file of an archive`);
  }
  return index;
}
