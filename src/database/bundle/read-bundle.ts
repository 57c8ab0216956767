// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Extract, extract, type Header } from "tar-stream";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError, UsageError } from "../../errors.js";
import {
  BUNDLE_DIRECTORY,
  BUNDLE_FILES,
  type BundleContent,
  BundleError,
  LARGEST_BUNDLE_BYTES,
  LOG_NAME,
  MOST_ENTRIES,
} from "./format.js";

/** The name below the bundle's directory. Only what a bundle consists of is let in: that leaves no path to play tricks with. */
function checkEntry(file: string, { name, type }: Header): string {
  const shown = JSON.stringify(name);
  if (type !== "file") {
    throw new BundleError(`${file}: ${shown} is a ${type ?? "nameless thing"}; a bundle has regular files only`);
  }
  const below = name.startsWith(`${BUNDLE_DIRECTORY}/`) ? name.slice(BUNDLE_DIRECTORY.length + 1) : "";
  const log = below.startsWith("logs/") ? below.slice("logs/".length) : "";
  if (!BUNDLE_FILES.some((known) => known === below) && !LOG_NAME.test(log)) {
    throw new BundleError(`${file}: ${shown} is not part of a bundle; nothing of it was unpacked`);
  }
  return below;
}

async function collect(file: string, archive: Extract): Promise<BundleContent> {
  const content = new Map<string, Buffer>();
  let bytes = 0;
  for await (const entry of archive) {
    const name = checkEntry(file, entry.header);
    bytes += entry.header.size ?? 0;
    if (bytes > LARGEST_BUNDLE_BYTES || content.size >= MOST_ENTRIES) {
      throw new BundleError(
        `${file}: more than ${LARGEST_BUNDLE_BYTES} bytes or ${MOST_ENTRIES} files; no bundle has that much`,
      );
    }
    if (content.has(name)) {
      throw new BundleError(`${file}: ${JSON.stringify(entry.header.name)} is there twice`);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of entry) {
      chunks.push(chunk as Buffer);
    }
    content.set(name, Buffer.concat(chunks));
  }
  return content;
}

function checkSums(file: string, content: BundleContent): void {
  const lines = (content.get("SHA256SUMS") ?? Buffer.alloc(0)).toString().split("\n").filter(Boolean);
  const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  for (const [name, bytes] of content) {
    if (name !== "SHA256SUMS" && sums.get(name) !== createHash("sha256").update(bytes).digest("hex")) {
      throw new BundleError(`${file}: ${name} is not what SHA256SUMS says; the bundle was changed or damaged`);
    }
  }
  for (const name of [...sums.keys(), ...BUNDLE_FILES].filter((known) => !content.has(known))) {
    throw new BundleError(`${file}: ${name} is missing`);
  }
}

async function requireSize(file: string): Promise<void> {
  const status = await stat(file).catch((cause) => {
    throw new BundleError(`${file}: cannot be read: ${describeCause(cause)}`, { cause });
  });
  if (!status.isFile() || status.size > LARGEST_BUNDLE_BYTES) {
    throw new BundleError(`${file}: not a regular file of at most ${LARGEST_BUNDLE_BYTES} bytes`);
  }
}

/**
 * Reads and checks a bundle. Nothing is unpacked. Throws BundleError for what is none, is truncated or changed, is too large, or has
 * anything in it that a bundle does not have: other paths, links, devices.
 */
export async function readBundle(file: string): Promise<BundleContent> {
  await requireSize(file);
  const archive = extract();
  try {
    const [content] = await Promise.all([collect(file, archive), pipeline(createReadStream(file), archive)]);
    checkSums(file, content);
    return content;
  } catch (cause) {
    throw cause instanceof BundleError
      ? cause
      : new BundleError(`${file}: no bundle, or a damaged one: ${describeCause(cause)}`, { cause });
  }
}

/** Writes what was read of a bundle into a new directory. Throws UsageError where it exists, EnvironmentError where that fails. */
export async function unpackBundle(content: BundleContent, directory: string): Promise<void> {
  try {
    await mkdir(directory);
    await mkdir(join(directory, "logs"));
    for (const [name, bytes] of content) {
      await writeFile(join(directory, name), bytes, { flag: "wx", mode: name === "rerun" ? 0o755 : 0o644 });
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === "EEXIST"
      ? new UsageError(`${directory} exists; name a new directory`, { cause })
      : new EnvironmentError(`cannot write to ${directory}: ${describeCause(cause, directory)}`, { cause });
  }
}
