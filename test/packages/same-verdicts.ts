// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, type TestContext } from "vitest";
import type { Manifest } from "../../src/manifest/schema.js";
import {
  type BuiltPackage,
  buildDebianPackage,
  isRoot,
  type PackageBuildRequest,
  SourceUnavailableError,
} from "./debian-package.js";

/** Two cores, two builds at a time; the longest suite (lighttpd) has some 200 runs of a few seconds each. */
export const TIME_LIMIT = 40 * 60_000;

/** The package is built as it is, with the add-on switched on from outside. */
export const UNCHANGED = { DH_EXTRA_ADDONS: "loupe" };

export function toVerdicts(manifest: Manifest): Record<string, string | undefined> {
  return Object.fromEntries(manifest.features.map(({ name, verdict }) => [name, verdict]));
}

/** The considered executables as [path, package, reason]. */
export function listExecutables(manifest: Manifest): readonly (readonly [string, string | undefined, string])[] {
  return manifest.executables.map(({ path, package: name, considered }) => [path, name, considered]);
}

/** Builds for whoever runs the tests, and, where that is root, for an ordinary user at the same time. */
async function buildForAll(request: Omit<PackageBuildRequest, "builder">): Promise<readonly BuiltPackage[]> {
  const builders = isRoot ? (["self", "user"] as const) : (["self"] as const);
  return Promise.all(builders.map((builder) => buildDebianPackage({ ...request, builder })));
}

/** A mirror that cannot deliver a source today says nothing about dh_loupe: the test is skipped and says so. */
export async function orSkip<Result>(context: TestContext, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SourceUnavailableError) {
      context.skip(error.message);
    }
    throw error;
  }
}

/**
 * What a program calls may depend on who runs it: one that looks whether it is root makes a few other calls then. All that both
 * builds used has to have the same verdict; what only one of them used is at most this many features.
 */
const MOST_USED_BY_ONE = 5;

function expectAgreement(one: Manifest, other: Manifest): void {
  const [first, second] = [toVerdicts(one), toVerdicts(other)];
  const shared = (verdicts: typeof first, others: typeof first): typeof first =>
    Object.fromEntries(Object.entries(verdicts).filter(([name]) => name in others));
  expect(shared(first, second)).toEqual(shared(second, first));
  const usedByOne = [...Object.keys(first), ...Object.keys(second)].filter(
    (name) => !(name in first && name in second),
  );
  expect(usedByOne.length, usedByOne.join(", ")).toBeLessThanOrEqual(MOST_USED_BY_ONE);
}

/** Builds the package for all and returns one of the manifests, all of which have the same verdicts. */
export async function expectSameVerdicts(
  context: TestContext,
  request: Omit<PackageBuildRequest, "builder">,
): Promise<Manifest> {
  const built = await orSkip(context, () => buildForAll(request));
  for (const { manifest } of built) {
    expect(manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true } });
    expect(manifest.features.length).toBeGreaterThan(10);
  }
  const [first, ...others] = built;
  for (const other of others) {
    expectAgreement((first as BuiltPackage).manifest, other.manifest);
  }
  return (first as BuiltPackage).manifest;
}
