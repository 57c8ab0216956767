// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { Manifest } from "../manifest/schema.js";
import { combineNeeds, type Need } from "./need.js";
import type { MeasuredPackage, PackageNeeds, UnmeasuredPackage } from "./package-needs.js";

/** Which measurements a plan is made from. */
export interface MeasurementSelection {
  /** Default: all kinds. */
  readonly workload?: Manifest["workload"]["kind"];
  /** Debian's name. What has no architecture of its own counts as of this one. */
  readonly architecture: string;
}

/** Whether a manifest is one of those. */
export function isSelected({ workload, package: described }: Manifest, selection: MeasurementSelection): boolean {
  const { workload: wanted, architecture } = selection;
  return (
    (wanted === undefined || workload.kind === wanted) &&
    (!("architecture" in described) || described.architecture === architecture)
  );
}

function nameOf({ package: described }: Manifest): string {
  return "source" in described ? described.source : described.name;
}

function binariesOf({ package: described }: Manifest): readonly string[] {
  return "source" in described ? described.binaries : [];
}

function addNeeds(needs: Map<string, Need>, manifest: Manifest): void {
  for (const { kind, name, verdict } of manifest.features) {
    if (kind === "syscall" && verdict !== undefined) {
      const known = needs.get(name);
      needs.set(name, known === undefined ? verdict : combineNeeds(known, verdict));
    }
  }
}

function groupByPackage(manifests: readonly Manifest[]): readonly (readonly [string, readonly Manifest[]])[] {
  const groups = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const name = nameOf(manifest);
    groups.set(name, [...(groups.get(name) ?? []), manifest]);
  }
  return [...groups].sort(([left], [right]) => compareText(left, right));
}

function toMeasured(name: string, analyzed: readonly Manifest[]): MeasuredPackage {
  const needs = new Map<string, Need>();
  for (const manifest of analyzed) {
    addNeeds(needs, manifest);
  }
  const binaries = [...new Set(analyzed.flatMap(binariesOf))].sort(compareText);
  return { name, binaries, needs };
}

function explainUnmeasured(manifests: readonly Manifest[]): string {
  const outcomes = [...new Set(manifests.map(({ outcome }) => outcome))].sort(compareText);
  return outcomes.map((outcome) => (outcome === "observed" ? "observed only, without verdicts" : outcome)).join(", ");
}

/**
 * Reads the needs of packages off their manifests. Several manifests of a package (workloads, versions, architectures) count
 * together: what any of them needs is needed. A package without verdicts is unmeasured, whatever calls it was seen to use.
 */
export function collectNeeds(manifests: readonly Manifest[]): PackageNeeds {
  const measured: MeasuredPackage[] = [];
  const unmeasured: UnmeasuredPackage[] = [];
  for (const [name, own] of groupByPackage(manifests)) {
    const analyzed = own.filter(({ outcome }) => outcome === "analyzed");
    if (analyzed.length > 0) {
      measured.push(toMeasured(name, analyzed));
    } else {
      unmeasured.push({ name, reason: explainUnmeasured(own) });
    }
  }
  return { measured, unmeasured };
}
