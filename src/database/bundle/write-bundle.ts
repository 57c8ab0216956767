// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { constants as FILE } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { pack } from "tar-stream";
import { compareText } from "../../compare-text.js";
import { describeCause } from "../../describe-cause.js";
import { UsageError } from "../../errors.js";
import { parseManifest } from "../../manifest/read-manifest.js";
import { writeStream } from "../export/write-stream.js";
import { BUNDLE_DIRECTORY, BUNDLE_SCHEMA, LARGEST_BUNDLE_BYTES, LOG_NAME } from "./format.js";
import { writeRerun } from "./rerun.js";

/** A log that goes into a bundle. Throws UsageError for what is no regular file, too large, or has a name that others cannot take. */
async function readLog(file: string): Promise<readonly [string, Buffer]> {
  const name = basename(file);
  if (!LOG_NAME.test(name)) {
    throw new UsageError(`--log ${file}: a log is called by letters, digits and . _ + ~ - in a bundle; rename it`);
  }
  try {
    const handle = await open(file, FILE.O_RDONLY | FILE.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile() || status.size > LARGEST_BUNDLE_BYTES / 2) {
        throw new UsageError(`--log ${file}: not a regular file of at most ${LARGEST_BUNDLE_BYTES / 2} bytes`);
      }
      return [`logs/${name}`, await handle.readFile()];
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError(`--log ${file}: ${describeCause(cause)}`, { cause });
  }
}

async function readLogs(files: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const logs = new Map<string, Buffer>();
  for (const file of files) {
    const [name, content] = await readLog(file);
    if (logs.has(name)) {
      throw new UsageError(`--log ${file}: there is another log of this name; rename one of them`);
    }
    logs.set(name, content);
  }
  return logs;
}

/** The format of sha256sum(1), which can check what was unpacked. */
function formatChecksums(files: ReadonlyMap<string, Buffer>): string {
  return [...files]
    .map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`)
    .join("");
}

/** Order, owner, mode and time are fixed, so that the same measurement gives the same bytes. */
async function* packFiles(files: ReadonlyMap<string, Buffer>): AsyncGenerator<Buffer> {
  const archive = pack();
  for (const [name, content] of [...files].sort(([left], [right]) => compareText(left, right))) {
    const mode = name === "rerun" ? 0o755 : 0o644;
    archive.entry({ name: `${BUNDLE_DIRECTORY}/${name}`, mode, mtime: new Date(0), uid: 0, gid: 0 }, content);
  }
  archive.finalize();
  yield* archive as AsyncIterable<Buffer>;
}

/**
 * Writes a bundle of a measurement: its manifest, the versions and the environment that it was made with, a script that repeats it, and
 * logs. The same measurement and logs give the same bytes. Throws UsageError for logs that cannot be taken, EnvironmentError where it
 * cannot be written.
 */
export async function writeBundle(file: string, manifestText: string, logFiles: readonly string[]): Promise<void> {
  const manifest = parseManifest(manifestText, "the manifest");
  const { package: described, environment, workload, outcome } = manifest;
  const about = { schema: BUNDLE_SCHEMA, package: described, environment, workload, outcome };
  const files = new Map<string, Buffer>([
    ["manifest.loupe.json", Buffer.from(manifestText)],
    ["environment.json", Buffer.from(`${JSON.stringify(about, null, 2)}\n`)],
    ["rerun", Buffer.from(writeRerun(manifest))],
    ...(await readLogs(logFiles)),
  ]);
  files.set("SHA256SUMS", Buffer.from(formatChecksums(files)));
  await writeStream(file, packFiles(files));
}
