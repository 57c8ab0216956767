// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { findManifests } from "../manifest/find-manifests.js";
import { parseManifest, readManifestText } from "../manifest/read-manifest.js";
import { identify, UnstorableError } from "./measurement.js";
import type { MergeResult } from "./merge-measurement.js";
import type { Store } from "./store.js";

/** As many as libuv reads at the same time, twice. */
const FILES_AHEAD = 8;

/** What became of the files of a merge. */
export interface MergeCounts {
  readonly added: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** A file with the bytes of a manifest that was merged needs no more looking at. */
async function mergeText(store: Store, file: string, text: string): Promise<MergeResult> {
  if (await store.hasMeasurement(identify(text))) {
    return "unchanged";
  }
  return store.mergeManifest(parseManifest(text, file));
}

/** A file of the list, and its text or why it cannot be read. */
interface ReadFile {
  readonly file: string;
  readonly text: Promise<string>;
}

function startReading(file: string): ReadFile {
  const text = readManifestText(file);
  // Who awaits it sees the error; until then nobody does.
  text.catch(() => {});
  return { file, text };
}

/** Reads files in their order, some ahead, so that merging does not wait for the disk. */
function* readAhead(files: readonly string[]): Generator<ReadFile> {
  const reading = files.slice(0, FILES_AHEAD).map(startReading);
  for (let index = 0; index < files.length; index++) {
    const next = files[index + FILES_AHEAD];
    if (next !== undefined) {
      reading.push(startReading(next));
    }
    yield reading.shift() as ReadFile;
  }
}

/**
 * Merges manifests (files, or directories of `*.loupe.json`), each in a transaction of its own. Those that are refused are told to
 * `refuse` in a sentence that names the file, and the others go on. Throws DatabaseError where the database itself fails.
 */
export async function mergeFiles(
  store: Store,
  paths: readonly string[],
  refuse: (sentence: string) => void,
): Promise<MergeCounts> {
  const counts = { added: 0, unchanged: 0, refused: 0 };
  const refuseFor = (cause: unknown, file: string): void => {
    if (!(cause instanceof UsageError)) {
      throw cause;
    }
    counts.refused++;
    refuse(cause instanceof UnstorableError ? `${file}: ${cause.message}` : cause.message);
  };
  for (const path of paths) {
    const files = await findManifests(path).catch((cause) => {
      refuseFor(cause, path);
      return [];
    });
    for (const { file, text } of readAhead(files)) {
      try {
        counts[await mergeText(store, file, await text)]++;
      } catch (cause) {
        refuseFor(cause, file);
      }
    }
  }
  return counts;
}
