// SPDX-License-Identifier: GPL-3.0-or-later
import { replaceFile } from "../replace-file.js";
import { manifestSchema } from "./consistency.js";
import type { Manifest } from "./schema.js";
import { serializeManifest } from "./serialize.js";

/**
 * Writes a manifest so that the file is, at any moment, the old one or the new one, whole.
 * Throws EnvironmentError on a full disk, UsageError where the file cannot be made; nothing half-written is left.
 */
export async function writeManifest(file: string, manifest: Manifest): Promise<void> {
  await replaceFile(file, serializeManifest(manifestSchema.parse(manifest)), "manifest");
}
