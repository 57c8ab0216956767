// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { parseControl, parseParagraphs, readControl } from "../../src/debian/control.js";
import { UsageError } from "../../src/errors.js";

const CONTROL = `# a comment before everything
Source: figlet
Section: text
Build-Depends:
 debhelper-compat (= 13),
# a comment inside a field
 libfoo-dev,
Rules-Requires-Root: no

# a comment between paragraphs

Package: figlet
Architecture: any
Description: makes letters
 out of letters

Package: figlet-udeb
Package-Type: udeb
Architecture: amd64 arm64
Build-Profiles: <!noudeb>
`;

describe("parseControl", () => {
  it("reads source and binaries in the file's order", () => {
    expect(parseControl(CONTROL, "debian/control")).toEqual({
      source: "figlet",
      needsNoRoot: true,
      binaries: [
        { name: "figlet", architectures: ["any"], isUdeb: false },
        { name: "figlet-udeb", architectures: ["amd64", "arm64"], isUdeb: true, buildProfiles: "<!noudeb>" },
      ],
    });
  });

  it("leaves comment lines out of folded fields", () => {
    expect(parseParagraphs(CONTROL)[0]?.get("build-depends")).toBe("debhelper-compat (= 13),\nlibfoo-dev,");
  });

  it("takes lines that end with CR LF and lines of blanks between paragraphs", () => {
    const control = parseControl("Source: a1\r\n \t\r\nPackage: b1\r\nArchitecture: all\r\n", "debian/control");
    expect(control.binaries).toEqual([{ name: "b1", architectures: ["all"], isUdeb: false }]);
  });

  it.each([
    ["", /first paragraph has no valid Source field/],
    ["Package: a1\n", /first paragraph has no valid Source field/],
    ["Source: ../../etc\n\nPackage: a1\n", /first paragraph has no valid Source field/],
    ["Source: a1\n", /no binary package/],
    ["Source: a1\n\nArchitecture: any\n", /no Package field/],
    ["Source: a1\n\nPackage: ../x\n", /"..\/x" is not a package name/],
    ["\0\0\0", /first paragraph has no valid Source field/],
  ])("refuses %j and names the file", (text, message) => {
    expect(() => parseControl(text, "debian/control")).toThrow(UsageError);
    expect(() => parseControl(text, "debian/control")).toThrow(message);
    expect(() => parseControl(text, "debian/control")).toThrow(/^debian\/control: /);
  });
});

describe("readControl", () => {
  it("says where it has to be called when there is no such file", async () => {
    await expect(readControl("/nonexistent/debian/control")).rejects.toThrow(
      /"\/nonexistent\/debian\/control" cannot be read.*top directory of a source package/,
    );
  });
});
