// SPDX-License-Identifier: GPL-3.0-or-later

import { isDeepStrictEqual } from "node:util";
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { Manifest, ManifestFeature } from "./schema.js";

/** What is only in the first of two lists, and only in the second; both sorted. */
export interface ListChange<Item = string> {
  readonly gone: readonly Item[];
  readonly new: readonly Item[];
}

/** A feature that only one of two manifests has. No verdict: it was only observed. */
export interface FeatureMention {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly verdict: Verdict | null;
}

/** A feature whose verdict is another one. worse: more is needed now. other: it was to be stubbed and is now to be faked, or back. */
export interface VerdictChange {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly direction: "worse" | "better" | "other";
}

/** A circumstance that is not the same: its name, and both values as texts. */
export interface CircumstanceChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** How two manifests differ. */
export interface ManifestDrift {
  /** Anything below except circumstances differs. */
  readonly differs: boolean;
  readonly outcome: { readonly before: Manifest["outcome"]; readonly after: Manifest["outcome"] } | null;
  readonly features: ListChange<FeatureMention>;
  readonly verdicts: readonly VerdictChange[];
  readonly executables: ListChange;
  /** What the joint confirmation stubbed and faked at once. */
  readonly stubbedTogether: ListChange;
  readonly fakedTogether: ListChange;
  readonly conflicts: ListChange<readonly string[]>;
  /** Package, workload and environment: they explain drift, and are none. */
  readonly circumstances: readonly CircumstanceChange[];
}

/** In how many ways a feature can be avoided. */
const FREEDOM: Readonly<Record<Verdict, number>> = { required: 0, stub: 1, fake: 1, any: 2 };

const NO_CHANGE: ListChange<never> = { gone: [], new: [] };

function compareLists<Item>(
  before: readonly Item[],
  after: readonly Item[],
  key: (item: Item) => string,
): ListChange<Item> {
  const keysBefore = new Set(before.map(key));
  const keysAfter = new Set(after.map(key));
  const order = (items: readonly Item[]): readonly Item[] =>
    [...items].sort((left, right) => compareText(key(left), key(right)));
  return {
    gone: order(before.filter((item) => !keysAfter.has(key(item)))),
    new: order(after.filter((item) => !keysBefore.has(key(item)))),
  };
}

function compareNames(before: readonly string[], after: readonly string[]): ListChange {
  return compareLists(before, after, (name) => name);
}

function keyOf({ kind, name }: Pick<ManifestFeature, "kind" | "name">): string {
  return `${kind} ${name}`;
}

function mention({ kind, name, verdict }: ManifestFeature): FeatureMention {
  return { kind, name, verdict: verdict ?? null };
}

function describeDirection(before: Verdict, after: Verdict): VerdictChange["direction"] {
  const difference = FREEDOM[after] - FREEDOM[before];
  return difference < 0 ? "worse" : difference > 0 ? "better" : "other";
}

function compareVerdicts(before: Manifest, after: Manifest): readonly VerdictChange[] {
  const earlier = new Map(before.features.map((feature) => [keyOf(feature), feature.verdict]));
  return after.features
    .flatMap(({ kind, name, verdict }): readonly VerdictChange[] => {
      const previous = earlier.get(keyOf({ kind, name }));
      return previous === undefined || verdict === undefined || previous === verdict
        ? []
        : [{ kind, name, before: previous, after: verdict, direction: describeDirection(previous, verdict) }];
    })
    .sort((left, right) => compareText(keyOf(left), keyOf(right)));
}

function describePackage(manifest: Manifest): Readonly<Record<string, string>> {
  const described = manifest.package;
  return "source" in described
    ? { package: described.source, version: described.version, architecture: described.architecture }
    : { package: described.name };
}

/** The words of a command so that different commands give different texts. */
function quote(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=:@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

function describeCircumstances(manifest: Manifest): ReadonlyMap<string, string> {
  const { environment, workload } = manifest;
  return new Map([
    ...Object.entries(describePackage(manifest)),
    ["workload", workload.kind],
    ["command", quote(workload.command)],
    ["test script", workload.testScript === undefined ? "none" : quote(workload.testScript)],
    ["tests passed", workload.testsPassed === null ? "unknown" : String(workload.testsPassed)],
    ["kernel", environment.kernel],
    ["C library", environment.libc ?? "unknown"],
    ["tool", environment.tool],
  ]);
}

function compareCircumstances(before: Manifest, after: Manifest): readonly CircumstanceChange[] {
  const earlier = describeCircumstances(before);
  const later = describeCircumstances(after);
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .map((name) => ({ name, before: earlier.get(name) ?? "none", after: later.get(name) ?? "none" }))
    .filter(({ before: previous, after: current }) => previous !== current);
}

/** A run that failed has seen nothing, or not all: that it has no features says nothing about the program. */
function hasFeatures({ outcome }: Manifest): boolean {
  return outcome === "analyzed" || outcome === "observed";
}

function compareUse(before: Manifest, after: Manifest): Pick<ManifestDrift, "features" | "verdicts" | "executables"> {
  if (!hasFeatures(before) || !hasFeatures(after)) {
    return { features: NO_CHANGE, verdicts: [], executables: NO_CHANGE };
  }
  return {
    features: compareLists(before.features.map(mention), after.features.map(mention), keyOf),
    verdicts: compareVerdicts(before, after),
    executables: compareNames(
      before.executables.map(({ path }) => path),
      after.executables.map(({ path }) => path),
    ),
  };
}

function compareJoint(
  before: Manifest,
  after: Manifest,
): Pick<ManifestDrift, "stubbedTogether" | "fakedTogether" | "conflicts"> {
  if (before.outcome !== "analyzed" || after.outcome !== "analyzed") {
    return { stubbedTogether: NO_CHANGE, fakedTogether: NO_CHANGE, conflicts: NO_CHANGE };
  }
  const sort = (conflicts: Manifest["conflicts"]): readonly (readonly string[])[] =>
    conflicts.map((names) => [...names].sort(compareText));
  return {
    stubbedTogether: compareNames(before.confirmation?.stubbed ?? [], after.confirmation?.stubbed ?? []),
    fakedTogether: compareNames(before.confirmation?.faked ?? [], after.confirmation?.faked ?? []),
    conflicts: compareLists(sort(before.conflicts), sort(after.conflicts), JSON.stringify),
  };
}

/**
 * Tells how a manifest differs from an earlier one: features and executables that are gone or new, verdicts, the outcome, what
 * was stubbed and faked together, conflicts. Measured times, peaks and counts of calls differ from run to run and are no drift; nor
 * are package, workload and environment, which are told beside it. Where a run failed, only the outcomes are compared.
 */
export function compareManifests(before: Manifest, after: Manifest): ManifestDrift {
  const drift = {
    outcome: before.outcome === after.outcome ? null : { before: before.outcome, after: after.outcome },
    ...compareUse(before, after),
    ...compareJoint(before, after),
  };
  const none: typeof drift = {
    outcome: null,
    features: NO_CHANGE,
    verdicts: [],
    executables: NO_CHANGE,
    stubbedTogether: NO_CHANGE,
    fakedTogether: NO_CHANGE,
    conflicts: NO_CHANGE,
  };
  return { differs: !isDeepStrictEqual(drift, none), ...drift, circumstances: compareCircumstances(before, after) };
}
