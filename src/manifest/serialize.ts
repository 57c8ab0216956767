// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import { type Manifest, type ManifestSources, manifestShape } from "./schema.js";

/** Rounds a measured time to tenths of a second. */
export function roundSeconds(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort(compareText);
}

function orderSources(sources: ManifestSources): ManifestSources {
  const key = (uses: ManifestSources["results"][number]): string => `${uses.function}\0${uses.syscall}`;
  return {
    ...sources,
    syscalls: sorted(sources.syscalls),
    results: [...sources.results].sort((left, right) => compareText(key(left), key(right))),
  };
}

/** Lists whose order means nothing are sorted; a command's words stay as they are. */
function orderLists(manifest: Manifest): Manifest {
  const { confirmation, package: described, sources } = manifest;
  return {
    ...manifest,
    package: "binaries" in described ? { ...described, binaries: sorted(described.binaries) } : described,
    executables: [...manifest.executables].sort((left, right) => compareText(left.path, right.path)),
    ...(sources && { sources: orderSources(sources) }),
    features: manifest.features
      .map((feature) => ({ ...feature, executables: sorted(feature.executables) }))
      .sort((left, right) => compareText(left.kind, right.kind) || compareText(left.name, right.name)),
    ...(confirmation && {
      confirmation: { ...confirmation, stubbed: sorted(confirmation.stubbed), faked: sorted(confirmation.faked) },
    }),
    conflicts: manifest.conflicts.map(sorted).sort((left, right) => compareText(left.join(" "), right.join(" "))),
  };
}

/**
 * The text of a manifest: keys in the schema's order, lists sorted, two spaces, a newline at the end. Equal manifests give
 * equal bytes, however they were put together.
 */
export function serializeManifest(manifest: Manifest): string {
  // Parsing with the schema builds every object anew with its keys in the schema's order.
  return `${JSON.stringify(manifestShape.parse(orderLists(manifest)), null, 2)}\n`;
}

/**
 * A manifest without what two runs with the same results need not have in common: measured times. Everything else,
 * counts included, is a result.
 */
export function comparable(manifest: Manifest): Manifest {
  const { search, workload } = manifest;
  return {
    ...manifest,
    workload: { ...workload, durationSeconds: null },
    ...(search && { search: { ...search, seconds: 0, baselineSeconds: 0 } }),
  };
}
