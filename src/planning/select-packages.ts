// SPDX-License-Identifier: GPL-3.0-or-later
import { distance } from "fastest-levenshtein";
import { compareText } from "../compare-text.js";
import { UsageError } from "../errors.js";
import type { PackageNeeds } from "./package-needs.js";

const MOST_SUGGESTIONS = 3;

function suggest(name: string, known: readonly string[]): string {
  const furthest = Math.max(2, Math.floor(name.length / 3));
  const near = known
    .map((candidate) => ({ candidate, difference: distance(name, candidate) }))
    .filter(({ difference }) => difference <= furthest)
    .sort((left, right) => left.difference - right.difference || compareText(left.candidate, right.candidate))
    .slice(0, MOST_SUGGESTIONS)
    .map(({ candidate }) => candidate);
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}

/**
 * Takes the packages with these names. Throws UsageError for a name that no measurement is about, which may be a wrong one: a plan
 * that leaves it out silently would look as if it were supported.
 */
export function selectPackages(needs: PackageNeeds, names: readonly string[]): PackageNeeds {
  const known = [...needs.measured, ...needs.unmeasured].map(({ name }) => name);
  const chosen = new Set(names);
  const unknown = [...chosen].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--packages: there is no measurement of ${JSON.stringify(unknown)}${suggest(unknown, known)}`);
  }
  return {
    measured: needs.measured.filter(({ name }) => chosen.has(name)),
    unmeasured: needs.unmeasured.filter(({ name }) => chosen.has(name)),
  };
}

/** Throws UsageError where there is nothing that a plan could be made for. */
export function requireMeasured({ measured, unmeasured }: PackageNeeds): void {
  if (measured.length > 0) {
    return;
  }
  if (unmeasured.length === 0) {
    throw new UsageError(
      "there is no measured package to plan for; give manifests, directories of them, or --db with a database that has some",
    );
  }
  const [{ name, reason } = { name: "", reason: "" }] = unmeasured;
  const which = unmeasured.length === 1 ? "the only package has no" : `none of the ${unmeasured.length} packages has`;
  throw new UsageError(`${which} verdicts that a plan could be made from (${name}: ${reason}); analyze them first`);
}
