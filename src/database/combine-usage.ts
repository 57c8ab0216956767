// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import { decideVerdict } from "../analysis/feature.js";

/** What one measurement says about one feature. No verdict: it was only observed. */
export interface Evidence {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly number: number | null;
  readonly verdict: Verdict | null;
}

/** What all measurements of a package and workload together say about a feature. */
export interface CombinedUsage extends Evidence {
  readonly measurements: number;
  readonly used_in: number;
  readonly judged_in: number;
  readonly stub_works_in: number;
  readonly fake_works_in: number;
}

function isSmaller(left: number | null, right: number | null): boolean {
  return left !== null && (right === null || left < right);
}

function count(evidence: readonly Evidence[], ...verdicts: readonly Verdict[]): number {
  return evidence.filter(({ verdict }) => verdict !== null && verdicts.includes(verdict)).length;
}

function combine(evidence: readonly Evidence[], first: Evidence, measurements: number): CombinedUsage {
  const judged = count(evidence, "required", "stub", "fake", "any");
  const stubWorks = count(evidence, "stub", "any");
  const fakeWorks = count(evidence, "fake", "any");
  return {
    kind: first.kind,
    name: first.name,
    number: evidence.reduce<number | null>((least, { number }) => (isSmaller(number, least) ? number : least), null),
    verdict: judged === 0 ? null : decideVerdict({ works: stubWorks === judged }, { works: fakeWorks === judged }),
    measurements,
    used_in: evidence.length,
    judged_in: judged,
    stub_works_in: stubWorks,
    fake_works_in: fakeWorks,
  };
}

/**
 * Takes measurements of the same package and workload together, each a list of features; their order means nothing. Conservative: a
 * feature is used if any of them used it, and a treatment works if it works in each that tried it. Where one says that only
 * stubbing works and another that only faking does, neither always works: the feature is required.
 */
export function combineUsage(measurements: readonly (readonly Evidence[])[]): readonly CombinedUsage[] {
  const byFeature = new Map<string, Evidence[]>();
  for (const evidence of measurements.flat()) {
    const key = `${evidence.kind} ${evidence.name}`;
    const list = byFeature.get(key);
    if (list === undefined) {
      byFeature.set(key, [evidence]);
    } else {
      list.push(evidence);
    }
  }
  return [...byFeature.values()].flatMap((evidence) =>
    evidence[0] === undefined ? [] : [combine(evidence, evidence[0], measurements.length)],
  );
}
