// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { matchesBuildProfiles, readBuildOptions } from "../../src/debian/build-options.js";

describe("readBuildOptions", () => {
  it("reads words between any blanks", () => {
    expect(readBuildOptions({ DEB_BUILD_OPTIONS: " parallel=2  noloupe\tterse " })).toEqual({
      nocheck: false,
      noloupe: true,
      terse: true,
      profiles: [],
    });
  });

  it("takes the build profile nocheck for the option", () => {
    expect(readBuildOptions({ DEB_BUILD_PROFILES: "cross nocheck" }).nocheck).toBe(true);
    expect(readBuildOptions({ DEB_BUILD_OPTIONS: "nocheckall" }).nocheck).toBe(false);
    expect(readBuildOptions({}).nocheck).toBe(false);
  });
});

describe("matchesBuildProfiles", () => {
  it.each([
    [undefined, [], true],
    ["<!nocheck>", [], true],
    ["<!nocheck>", ["nocheck"], false],
    ["<stage1>", [], false],
    ["<!stage1 !nodoc>", ["nodoc"], false],
    ["<stage1> <!nodoc>", [], true],
    ["<stage1 cross> <stage2>", ["stage1"], false],
  ] as const)("%s with %j active: %s", (formula, active, matches) => {
    expect(matchesBuildProfiles(formula, active)).toBe(matches);
  });
});
