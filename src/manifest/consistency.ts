// SPDX-License-Identifier: GPL-3.0-or-later
import type { z } from "zod";
import { type Manifest, type ManifestFeature, manifestShape } from "./schema.js";

type Report = (path: readonly (string | number)[], message: string) => void;

function checkVerdict(feature: ManifestFeature, conflicting: ReadonlySet<string>): string | undefined {
  const { verdict, stub, fake } = feature;
  if (verdict === undefined || stub === undefined || fake === undefined) {
    return "an analyzed feature has verdict, stub and fake";
  }
  if (verdict === "required") {
    return (stub.works || fake.works) && !conflicting.has(feature.name)
      ? `is required although ${stub.works ? "stubbing" : "faking"} it works and it is part of no conflict`
      : undefined;
  }
  const expected = stub.works ? (fake.works ? "any" : "stub") : fake.works ? "fake" : "required";
  return verdict === expected ? undefined : `has verdict ${verdict}, but stub and fake say ${expected}`;
}

function checkAnalyzed(manifest: Manifest, report: Report): void {
  if (manifest.confirmation?.passed !== true) {
    report(["confirmation"], "an analyzed manifest has a joint confirmation that passed");
  }
  if (manifest.search === undefined) {
    report(["search"], "an analyzed manifest tells what the search cost");
  }
  const conflicting = new Set(manifest.conflicts.flat());
  for (const [index, feature] of manifest.features.entries()) {
    const problem = checkVerdict(feature, conflicting);
    if (problem !== undefined) {
      report(["features", index], `${feature.name} ${problem}`);
    }
  }
}

function checkConfirmation(manifest: Manifest, report: Report): void {
  const verdicts = new Map(manifest.features.map(({ name, verdict }) => [name, verdict]));
  for (const list of ["stubbed", "faked"] as const) {
    const allowed = list === "stubbed" ? ["stub", "any"] : ["fake", "any"];
    for (const [index, name] of (manifest.confirmation?.[list] ?? []).entries()) {
      if (!allowed.includes(verdicts.get(name) ?? "")) {
        report(["confirmation", list, index], `${name} is not a feature whose verdict is ${allowed.join(" or ")}`);
      }
    }
  }
}

function checkFeatures(manifest: Manifest, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { kind, name, verdict, stub, fake }] of manifest.features.entries()) {
    const key = `${kind} ${name}`;
    if (seen.has(key)) {
      report(["features", index], `${name} is there twice`);
    }
    seen.add(key);
    if (manifest.outcome !== "analyzed" && (verdict ?? stub ?? fake) !== undefined) {
      report(["features", index], `${name} has a verdict although the outcome is ${manifest.outcome}`);
    }
  }
  for (const [index, conflict] of manifest.conflicts.entries()) {
    for (const name of conflict.filter((member) => !manifest.features.some((feature) => feature.name === member))) {
      report(["conflicts", index], `${name} is not among the features`);
    }
  }
}

function checkSources({ sources }: Manifest, report: Report): void {
  const seen = new Set<string>();
  for (const [index, uses] of (sources?.results ?? []).entries()) {
    const key = JSON.stringify([uses.function, uses.syscall]);
    if (seen.has(key)) {
      report(["sources", "results", index], `${uses.function} is there twice`);
    }
    seen.add(key);
    if (uses.checked + uses.passedOn + uses.stored + uses.ignored !== uses.calls) {
      report(["sources", "results", index], `uses of ${uses.function} do not add up to its ${uses.calls} calls`);
    }
  }
}

/** A manifest whose parts also agree with each other: verdicts with results, and the joint set with verdicts. */
export const manifestSchema = manifestShape.superRefine((manifest: Manifest, context: z.RefinementCtx) => {
  const report: Report = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
  const good = manifest.outcome === "analyzed" || manifest.outcome === "observed";
  if (good === (manifest.reason !== undefined)) {
    report(["reason"], good ? `outcome ${manifest.outcome} needs no reason` : "says why there are no verdicts");
  }
  checkFeatures(manifest, report);
  checkSources(manifest, report);
  if (manifest.outcome === "analyzed") {
    checkAnalyzed(manifest, report);
    checkConfirmation(manifest, report);
  }
});
