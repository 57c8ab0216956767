// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../../errors.js";

/** All that is known of one measurement, in one file: enough to check it and to repeat it elsewhere. */
export const BUNDLE_SCHEMA = "loupe-bundle/1";

/** The directory that everything in the archive lies in. */
export const BUNDLE_DIRECTORY = "loupe-bundle";

/** What a bundle may hold: the manifest as it was merged, where and how it was made, how to repeat it, and logs. */
export const BUNDLE_FILES = ["manifest.loupe.json", "environment.json", "rerun", "SHA256SUMS"] as const;

/** The name of a log in a bundle: one part of a path, nothing that leads elsewhere. */
export const LOG_NAME = /^[A-Za-z\d][\w.+~-]{0,199}$/;

export const LARGEST_BUNDLE_BYTES = 256 * 1024 * 1024;
export const MOST_ENTRIES = 1000;

/** The files of a bundle by their names below its directory. */
export type BundleContent = ReadonlyMap<string, Buffer>;

/** A file that is no bundle, or one that must not be unpacked. */
export class BundleError extends UsageError {
  override readonly name = "BundleError";
}
