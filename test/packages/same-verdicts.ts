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
 * Calls that ask who runs a program, or change it, mean another thing to root: memcached, say, refuses to work as root without
 * being told a user, so that a faked getuid, which answers 0, stops it where it is not root, and there alone.
 */
const IDENTITY = /^(get|set)(res|fs|e)?[ug]id$|^[gs]etgroups$/;

/** What only one of the builds used, because a program looked who runs it, is at most this many features. */
const MOST_USED_BY_ONE = 5;

function describe(manifest: Manifest, name: string): string {
  const feature = manifest.features.find((entry) => entry.name === name);
  return `${name}: ${feature?.verdict}; stubbed: ${feature?.stub?.reason ?? "works"}; faked: ${feature?.fake?.reason ?? "works"}`;
}

function expectAgreement(one: Manifest, other: Manifest, chancy: readonly string[]): void {
  const [first, second] = [toVerdicts(one), toVerdicts(other)];
  const shared = Object.keys(first).filter((name) => name in second);
  const usedByOne = [...Object.keys(first), ...Object.keys(second)].filter((name) => !shared.includes(name));
  expect(usedByOne.length, usedByOne.join(", ")).toBeLessThanOrEqual(MOST_USED_BY_ONE);
  const different = shared.filter(
    (name) => first[name] !== second[name] && !IDENTITY.test(name) && !chancy.includes(name),
  );
  expect(different.flatMap((name) => [describe(one, name), describe(other, name)])).toEqual([]);
}

/**
 * Builds the package for all and returns one of the manifests, all of which have the same verdicts; `chancy` features apart, of which one
 * verdict is as right as the other.
 */
export async function expectSameVerdicts(
  context: TestContext,
  request: Omit<PackageBuildRequest, "builder">,
  chancy: readonly string[] = [],
): Promise<Manifest> {
  const built = await orSkip(context, () => buildForAll(request));
  for (const { manifest } of built) {
    expect(manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true } });
    expect(manifest.features.length).toBeGreaterThan(10);
  }
  const [first, ...others] = built;
  for (const other of others) {
    expectAgreement((first as BuiltPackage).manifest, other.manifest, chancy);
  }
  return (first as BuiltPackage).manifest;
}
