// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { FeatureUsage, PackageUsage } from "../database/queries.js";
import type { Store } from "../database/store.js";
import { compareVersions } from "../debian/compare-versions.js";
import type { FigureSelection } from "./selection.js";

/** A feature that is not as it was in the version before. No verdict: it was only observed, or is not used. */
export interface FeatureChange {
  readonly kind: FeatureKind;
  readonly name: string;
  /** worse: more is needed now; better: less; other: what was to be stubbed is now to be faked, or back. */
  readonly change: "added" | "removed" | "worse" | "better" | "other";
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

/** A version of a package on one architecture, and what has changed since the one before. */
export interface VersionStep {
  readonly usage: PackageUsage;
  /** Undefined for the first version that was measured. */
  readonly previous?: PackageUsage;
  readonly changes: readonly FeatureChange[];
}

/** In how many ways a feature can be avoided. */
const FREEDOM: Readonly<Record<Verdict, number>> = { required: 0, stub: 1, fake: 1, any: 2 };

function describeVerdicts(before: Verdict, after: Verdict): "worse" | "better" | "other" {
  const difference = FREEDOM[after] - FREEDOM[before];
  return difference < 0 ? "worse" : difference > 0 ? "better" : "other";
}

function keyOf({ kind, name }: Pick<FeatureUsage, "kind" | "name">): string {
  return `${kind} ${name}`;
}

/** A version that was measured without asking for sub-features has none, which says nothing. */
function listKinds({ features }: PackageUsage): ReadonlySet<FeatureKind> {
  return new Set(features.map(({ kind }) => kind));
}

function compareFeature(earlier: FeatureUsage | undefined, later: FeatureUsage | undefined): readonly FeatureChange[] {
  const named = later ?? earlier;
  if (named === undefined) {
    return [];
  }
  const [before, after] = [earlier?.verdict ?? null, later?.verdict ?? null];
  const change = { kind: named.kind, name: named.name, before, after };
  if (earlier === undefined || later === undefined) {
    return [{ ...change, change: earlier === undefined ? "added" : "removed" }];
  }
  return before === null || after === null || before === after
    ? []
    : [{ ...change, change: describeVerdicts(before, after) }];
}

/** What is not as it was: features that are added or removed, and those whose verdict is another one. Kinds that only one of them has are left out. */
export function compareUsage(before: PackageUsage, after: PackageUsage): readonly FeatureChange[] {
  const [earlierKinds, laterKinds] = [listKinds(before), listKinds(after)];
  const compared = (feature: FeatureUsage): boolean => earlierKinds.has(feature.kind) && laterKinds.has(feature.kind);
  const earlier = new Map(before.features.filter(compared).map((feature) => [keyOf(feature), feature]));
  const later = new Map(after.features.filter(compared).map((feature) => [keyOf(feature), feature]));
  const keys = [...new Set([...earlier.keys(), ...later.keys()])].sort(compareText);
  return keys.flatMap((key) => compareFeature(earlier.get(key), later.get(key)));
}

/** Versions as dpkg orders them; equally new ones by their text. */
function compareByVersion(left: PackageUsage, right: PackageUsage): number {
  return compareVersions(left.version, right.version) || compareText(left.version, right.version);
}

function toSteps(versions: readonly PackageUsage[]): readonly VersionStep[] {
  const ordered = [...versions].sort(compareByVersion);
  return ordered.map((usage, index) => {
    const previous = ordered[index - 1];
    return { usage, ...(previous && { previous }), changes: previous ? compareUsage(previous, usage) : [] };
  });
}

/** Architectures of a version stand side by side. */
function compareSteps(left: VersionStep, right: VersionStep): number {
  return (
    compareByVersion(left.usage, right.usage) ||
    compareText(left.usage.origin, right.usage.origin) ||
    compareText(left.usage.architecture, right.usage.architecture)
  );
}

function followPackages(usages: readonly PackageUsage[]): readonly VersionStep[] {
  const groups = new Map<string, PackageUsage[]>();
  for (const usage of usages) {
    const key = JSON.stringify([usage.origin, usage.architecture]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(usage);
  }
  const followed = [...groups.values()].filter((versions) => versions.length > 1);
  return followed.flatMap(toSteps).sort(compareSteps);
}

/** Packages that are in memory at the same time, with all of their versions. */
const PACKAGES_AT_ONCE = 50;

/** Follows each package over its versions, on each architecture for itself. Packages with a single version are left out. */
export async function* followVersions(
  store: Store,
  { workload, packages, architecture }: FigureSelection,
): AsyncGenerator<readonly VersionStep[]> {
  const chosen = packages === undefined ? undefined : new Set(packages);
  const names = (await store.listPackagesWithVersions(workload)).filter((name) => chosen?.has(name) ?? true);
  const filter = { version: "all", workload, ...(architecture && { architecture }) };
  for (let start = 0; start < names.length; start += PACKAGES_AT_ONCE) {
    const byName = new Map<string, PackageUsage[]>();
    for (const usage of await store.readPackages({
      ...filter,
      packages: names.slice(start, start + PACKAGES_AT_ONCE),
    })) {
      const usages = byName.get(usage.package) ?? [];
      byName.set(usage.package, usages);
      usages.push(usage);
    }
    for (const usages of byName.values()) {
      yield followPackages(usages);
    }
  }
}
