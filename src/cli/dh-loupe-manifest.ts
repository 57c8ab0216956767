// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { AnalysisResult } from "../analysis/analysis.js";
import type { PackageBuild } from "../debian/build.js";
import { stripEpoch } from "../debian/version.js";
import { buildManifest, describeLibc } from "../manifest/build-manifest.js";
import { writeManifest } from "../manifest/write-manifest.js";
import type { DhLoupeOptions } from "./dh-loupe-options.js";
import type { DhMessages } from "./dh-messages.js";
import { renderVerdictTable } from "./verdict-table.js";

async function isWritable(directory: string): Promise<boolean> {
  return access(directory, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** The manifest's name, as those of the packages are made. */
export function nameManifest({ source, version, architecture }: PackageBuild): string {
  return `${source}_${stripEpoch(version)}_${architecture.host}.loupe.json`;
}

/**
 * Where the manifest goes: beside the .changes file and the packages, or into debian/ where the parent directory cannot be
 * written.
 */
async function chooseFile(build: PackageBuild, options: DhLoupeOptions, messages: DhMessages): Promise<string> {
  if (options.output !== undefined) {
    return resolve(options.output);
  }
  const name = nameManifest(build);
  const parent = dirname(build.tree);
  if (await isWritable(parent)) {
    return join(parent, name);
  }
  messages.warn(`${parent} cannot be written: the manifest goes to debian/`);
  return join(build.tree, "debian", name);
}

/**
 * Writes the manifest of a build, shows its verdicts and says where it is. Throws EnvironmentError or UsageError when it
 * cannot be written.
 */
export async function writeBuildManifest(
  build: PackageBuild,
  result: AnalysisResult,
  options: DhLoupeOptions,
  messages: DhMessages,
): Promise<void> {
  const file = await chooseFile(build, options, messages);
  const manifest = buildManifest({
    package: {
      source: build.source,
      version: build.version,
      architecture: build.architecture.host,
      binaries: build.selected.map(({ name }) => name),
    },
    result,
    libc: await describeLibc(),
    relativeTo: build.tree,
  });
  await writeManifest(file, manifest);
  messages.show((terminal) => renderVerdictTable(manifest, terminal));
  messages.say(`${result.outcome}: manifest ${file}`);
}
