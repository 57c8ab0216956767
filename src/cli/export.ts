// SPDX-License-Identifier: GPL-3.0-or-later

import { UsageError } from "../errors.js";
import { type Allowance, buildPolicy } from "../export/build-policy.js";
import { FORMATS, type FormatName } from "../export/formats.js";
import { REFUSALS, type RefusalName } from "../export/policy.js";
import { replaceFile } from "../replace-file.js";
import { requireCommand } from "./command-argument.js";
import { readManifests } from "./export-manifests.js";
import {
  allowFallbacks,
  type ExportedProfile,
  type Verifier,
  type VerifyOptions,
  verifyExport,
  withVerifier,
} from "./export-verify.js";
import { printBytes, printMessage, printResult } from "./output.js";

/** The options of `loupe export`. */
export interface ExportOptions extends VerifyOptions {
  readonly allow: Allowance;
  readonly also: readonly string[];
  readonly refuse: RefusalName;
  readonly output?: string;
  /** Where the names are packages: their database. */
  readonly db?: string;
  readonly verify: boolean;
}

async function writeProfile(
  format: FormatName,
  profile: string | Uint8Array,
  output: string | undefined,
): Promise<void> {
  if (output !== undefined) {
    await replaceFile(output, profile, "profile");
    printMessage(`wrote ${output}`);
  } else if (typeof profile === "string") {
    await printResult(profile);
  } else if (process.stdout.isTTY) {
    throw new UsageError(`${format} is no text: redirect standard output, or name a file with --output`);
  } else {
    await printBytes(profile);
  }
}

function refuseVerifyOptions(options: ExportOptions, command: readonly string[]): void {
  const given = [
    ...(command.length > 0 ? ["a command"] : []),
    ...(options.testScript !== undefined ? ["--test-script"] : []),
    ...(options.loader !== undefined ? ["--loader"] : []),
  ];
  if (given[0] !== undefined) {
    throw new UsageError(`${given[0]} is for --verify, which is not given`);
  }
  if (options.allow === "required") {
    throw new UsageError(
      "--allow required needs --verify and a command: programs fall back to calls that are not in a manifest, and a run finds them",
    );
  }
}

/** What is verified must be written first; what is written may have to be found out first. */
async function writeVerified(profile: ExportedProfile, options: ExportOptions, verifier: Verifier): Promise<number> {
  const policy = options.allow === "required" ? await allowFallbacks(profile, verifier) : profile.policy;
  if (typeof policy === "number") {
    return policy;
  }
  await writeProfile(profile.format, FORMATS[profile.format].write(policy), options.output);
  return verifyExport({ ...profile, policy }, verifier);
}

/**
 * `loupe export`: writes what the programs of manifests are to be allowed, as a profile for a sandbox, and with --verify runs a
 * command under it. Returns the exit status: 0, 1 when the command fails under the profile, 4 when it fails without one, too,
 * 128 + N when a signal ended it. Throws LoupeError.
 */
export async function exportCommand(
  format: FormatName,
  names: readonly string[],
  words: readonly string[],
  options: ExportOptions,
): Promise<number> {
  if (!options.verify) {
    refuseVerifyOptions(options, words);
  }
  const command = options.verify ? await requireCommand(words) : undefined;
  const manifests = await readManifests(names, options.db);
  const policy = buildPolicy({
    manifests,
    allow: options.allow,
    also: options.also,
    otherwise: REFUSALS[options.refuse],
    loader: FORMATS[format].loader,
  });
  if (command !== undefined) {
    return withVerifier(command, options, (verifier) =>
      writeVerified({ format, policy, manifests }, options, verifier),
    );
  }
  await writeProfile(format, FORMATS[format].write(policy), options.output);
  return 0;
}
