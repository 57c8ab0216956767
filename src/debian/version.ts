// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { UsageError } from "../errors.js";

/** What the newest entry of debian/changelog says. */
export interface SourceVersion {
  readonly source: string;
  /** With its epoch, if it has one. */
  readonly version: string;
}

/** Reads debian/changelog by dpkg-parsechangelog(1). Throws UsageError with its words. */
export async function readVersion(directory: string): Promise<SourceVersion> {
  const { stdout, stderr, failed, cause } = await execa("dpkg-parsechangelog", ["--all", "--count", "1"], {
    cwd: directory,
    env: { LC_ALL: "C" },
    reject: false,
  });
  const field = (name: string): string => new RegExp(`^${name}: (\\S+)$`, "m").exec(stdout)?.[1] ?? "";
  const found = { source: field("Source"), version: field("Version") };
  if (failed || found.source === "" || found.version === "") {
    throw new UsageError(`debian/changelog: ${stderr.trim() || "it names no source and version"}`, { cause });
  }
  return found;
}

/** The version as it stands in the names of files: without its epoch (dpkg does the same). */
export function stripEpoch(version: string): string {
  return version.replace(/^\d+:/, "");
}
