// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind, Verdict } from "../../analysis/feature.js";
import { compareText } from "../../compare-text.js";
import { combineUsage, type Evidence } from "../../database/combine-usage.js";
import { toNeeds } from "../../database/importance.js";
import type { FeatureDetails, MeasurementDetails, PackageDetails } from "../../database/package-details.js";
import type { WorkloadKind } from "../../database/tables.js";
import { WORKLOAD_KINDS } from "../../database/tables.js";
import { compareVersions } from "../../debian/compare-versions.js";

/** What became of one treatment of a feature. */
export interface TreatmentView {
  readonly works: boolean;
  readonly reason: string | null;
}

/** What is known of a feature of a package, by all measurements of a group together. */
export interface FeatureView {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly number: number | null;
  readonly verdict: Verdict | null;
  /** In the measurement with most; null where calls were not counted. */
  readonly calls: number | null;
  /** Null where it was not tried. */
  readonly stub: TreatmentView | null;
  readonly fake: TreatmentView | null;
}

/** All measurements of one version, architecture and kind of workload that know features. */
export interface UsageGroup {
  readonly origin: MeasurementDetails["origin"];
  readonly version: string;
  readonly architecture: string;
  readonly workload: WorkloadKind;
  readonly newest: boolean;
  readonly measurements: readonly MeasurementDetails[];
  /** By kind and name. */
  readonly features: readonly FeatureView[];
}

/** A package as its page shows it. */
export interface PackageView {
  readonly name: string;
  readonly measurements: readonly MeasurementDetails[];
  /** The newest of the first kind of workload first. */
  readonly groups: readonly UsageGroup[];
}

function viewTreatment(
  rows: readonly FeatureDetails[],
  works: "stub_works" | "fake_works",
  reason: "stub_reason" | "fake_reason",
): TreatmentView | null {
  const tried = rows.filter((row) => row[works] !== null);
  return tried.length === 0
    ? null
    : {
        works: tried.every((row) => Boolean(row[works])),
        reason: tried.find((row) => row[reason] !== null)?.[reason] ?? null,
      };
}

function viewFeature(evidence: Evidence, rows: readonly FeatureDetails[]): FeatureView {
  const { kind, name, number, verdict } = evidence;
  return {
    ...{ kind, name, number, verdict },
    calls: rows.reduce<number | null>((most, { calls }) => (calls === null ? most : Math.max(calls, most ?? 0)), null),
    stub: viewTreatment(rows, "stub_works", "stub_reason"),
    fake: viewTreatment(rows, "fake_works", "fake_reason"),
  };
}

function viewFeatures(measurements: readonly MeasurementDetails[]): readonly FeatureView[] {
  const [only, ...others] = measurements;
  if (only !== undefined && others.length === 0) {
    return only.features.map((feature) => viewFeature(feature, [feature]));
  }
  const rows = new Map<string, FeatureDetails[]>();
  for (const feature of measurements.flatMap(({ features }) => features)) {
    const key = `${feature.kind} ${feature.name}`;
    rows.set(key, [...(rows.get(key) ?? []), feature]);
  }
  return combineUsage(measurements.map(({ features }) => features))
    .map((usage) => viewFeature(usage, rows.get(`${usage.kind} ${usage.name}`) ?? []))
    .sort((left, right) => compareText(left.kind, right.kind) || compareText(left.name, right.name));
}

/** Newer versions first; equally new ones go by their text. */
function compareGroups(left: UsageGroup, right: UsageGroup): number {
  return (
    Number(right.newest) - Number(left.newest) ||
    WORKLOAD_KINDS.indexOf(left.workload) - WORKLOAD_KINDS.indexOf(right.workload) ||
    compareText(left.origin, right.origin) ||
    compareVersions(right.version, left.version) ||
    compareText(right.version, left.version) ||
    compareText(left.architecture, right.architecture)
  );
}

/** Puts the measurements of a package together by version, architecture and kind of workload. */
export function viewPackage({ name, measurements }: PackageDetails): PackageView {
  const groups = new Map<string, MeasurementDetails[]>();
  for (const measured of measurements) {
    if (measured.features.length > 0) {
      const { origin, version, architecture, workload } = measured;
      const key = JSON.stringify([origin, version, architecture, workload]);
      groups.set(key, [...(groups.get(key) ?? []), measured]);
    }
  }
  const viewed = [...groups.values()].map((group): UsageGroup => {
    const { origin, version, architecture, workload } = group[0] as MeasurementDetails;
    const newest = group.some((measured) => measured.newest);
    return {
      ...{ origin, version, architecture, workload, newest },
      ...{ measurements: group, features: viewFeatures(group) },
    };
  });
  return { name, measurements, groups: viewed.sort(compareGroups) };
}

/** What a package needs in its newest versions, conservatively over them all: what `importance` counts. */
export function needsOf({ groups }: PackageView, workload: WorkloadKind): readonly Evidence[] {
  const newest = groups.filter((group) => group.newest && group.workload === workload);
  const [only, ...others] = newest;
  return only !== undefined && others.length === 0
    ? only.features
    : [...toNeeds(newest.flatMap(({ features }) => features)).values()];
}
