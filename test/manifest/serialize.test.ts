// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { comparable, roundSeconds, serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "./example.js";

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reverseKeys);
  }
  return value !== null && typeof value === "object"
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, entry]) => [key, reverseKeys(entry)]),
      )
    : value;
}

test("the order in which a manifest was put together leaves no trace", () => {
  const manifest = exampleManifest();
  const shuffled = {
    ...(reverseKeys(manifest) as typeof manifest),
    features: [...manifest.features].reverse(),
    conflicts: [["getppid", "getsid"]],
    confirmation: { stubbed: ["close", "getppid"], faked: ["write"], replicas: 3, passed: true },
  };
  expect(serializeManifest(shuffled)).toBe(serializeManifest(manifest));
  expect(serializeManifest(JSON.parse(serializeManifest(manifest)))).toBe(serializeManifest(manifest));
});

test("keys are in the documented order, lists are sorted, the command is not", () => {
  const parsed = JSON.parse(serializeManifest(exampleManifest()));
  expect(Object.keys(parsed)).toEqual([
    ...["schema", "package", "environment", "workload", "outcome", "executables", "features"],
    ...["confirmation", "conflicts", "search"],
  ]);
  expect(parsed.features.map(({ name }: { name: string }) => name)).toEqual([
    ...["close", "getppid", "getsid", "openat", "write"],
  ]);
  expect(parsed.package.binaries).toEqual(["libprog1", "prog"]);
  expect(parsed.workload.command).toEqual(["make", "check"]);
  expect(parsed.conflicts).toEqual([["getppid", "getsid"]]);
});

test("two measurements with the same results are comparable", () => {
  const manifest = exampleManifest();
  const { search, workload } = manifest;
  const later = exampleManifest({
    workload: { ...workload, durationSeconds: 9 },
    ...(search && { search: { ...search, seconds: 99, baselineSeconds: 9 } }),
  });
  expect(serializeManifest(later)).not.toBe(serializeManifest(manifest));
  expect(serializeManifest(comparable(later))).toBe(serializeManifest(comparable(manifest)));
  const other = exampleManifest({ features: manifest.features.slice(1) });
  expect(serializeManifest(comparable(other))).not.toBe(serializeManifest(comparable(manifest)));
});

test("a path with a byte that is no UTF-8 survives", () => {
  const manifest = exampleManifest();
  const executables = manifest.executables.map((executable) => ({ ...executable, path: "src/\udcff" }));
  const text = serializeManifest({ ...manifest, executables });
  expect(text).toContain("src/\\udcff");
  expect(JSON.parse(text).executables[0].path).toBe("src/\udcff");
});

test("times are rounded to tenths", () => {
  expect(roundSeconds(1.2499)).toBe(1.2);
  expect(roundSeconds(0.25)).toBe(0.3);
});
