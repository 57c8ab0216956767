// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { findManifests } from "../manifest/find-manifests.js";
import { parseManifest, readManifestText } from "../manifest/read-manifest.js";
import type { ApiClient } from "./api-client.js";
import { NotAllowedError } from "./remote-errors.js";

/** What became of a file. refused: the file is no manifest, or the server says why it does not take it. */
export type SubmittedFile =
  | { readonly file: string; readonly result: "added" | "unchanged"; readonly measurement: string }
  | { readonly file: string; readonly result: "refused"; readonly reason: string };

async function submitFile(client: ApiClient, file: string, token: string): Promise<SubmittedFile> {
  const text = await readManifestText(file);
  // What the server would refuse need not be sent, and a file that is none of ours must not be.
  parseManifest(text, file);
  const result = await client.submit(text, token);
  return result.kind === "refused"
    ? { file, result: "refused", reason: `the server refuses it: ${result.sentence}` }
    : { file, ...result.reply };
}

/**
 * Sends manifests (files, or directories of `*.loupe.json`), one after the other, and tells `onEnd` what became of each. Throws ServerError or
 * NotAllowedError where the server takes none of what is left.
 */
export async function submitFiles(
  client: ApiClient,
  paths: readonly string[],
  token: string,
  onEnd: (submitted: SubmittedFile) => Promise<void>,
): Promise<void> {
  const refuse = (file: string, cause: unknown): SubmittedFile => {
    // A file is one thing; who may not submit at all need not try the next.
    if (!(cause instanceof UsageError) || cause instanceof NotAllowedError) {
      throw cause;
    }
    const reason = cause.message.startsWith(`${file}: `) ? cause.message.slice(file.length + 2) : cause.message;
    return { file, result: "refused", reason };
  };
  for (const path of paths) {
    let files: readonly string[];
    try {
      files = await findManifests(path);
    } catch (cause) {
      await onEnd(refuse(path, cause));
      continue;
    }
    for (const file of files) {
      await onEnd(await submitFile(client, file, token).catch((cause: unknown) => refuse(file, cause)));
    }
  }
}
