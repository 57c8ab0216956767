// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind, Verdict } from "../../../src/analysis/feature.js";
import type { Manifest, ManifestFeature } from "../../../src/manifest/schema.js";
import { exampleManifest } from "../../manifest/example.js";

/** A feature with a verdict; null: it was only observed. */
export function feature(
  name: string,
  verdict: Verdict | null,
  more: Partial<ManifestFeature> & { readonly kind?: FeatureKind } = {},
): ManifestFeature {
  const [stub, fake] = [verdict === "stub" || verdict === "any", verdict === "fake" || verdict === "any"];
  const judged = { verdict, stub: { works: stub, runs: 3 }, fake: { works: fake, runs: 3 } };
  return {
    ...{ kind: "syscall", name, calls: 2, executables: ["src/prog"] },
    ...(judged.verdict !== null && { ...judged, verdict: judged.verdict }),
    ...more,
  };
}

/** The manifest of a version of a Debian package that uses these features. */
export function measure(
  [source, version = "1.0-1", architecture = "amd64"]: readonly [string, string?, string?],
  features: readonly ManifestFeature[],
  changes: Partial<Manifest> = {},
): Manifest {
  const { confirmation, search, ...rest } = exampleManifest();
  const analyzed = features.every(({ verdict }) => verdict !== undefined);
  return {
    ...rest,
    package: { source, version, architecture, binaries: [source] },
    outcome: analyzed ? "analyzed" : "observed",
    features: [...features],
    ...(analyzed && search && confirmation && { search, confirmation: { ...confirmation, stubbed: [], faked: [] } }),
    conflicts: [],
    ...changes,
  };
}
