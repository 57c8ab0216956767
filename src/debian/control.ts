// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { parse } from "debian-control";
import { UsageError } from "../errors.js";

/** One paragraph of a control file: field names in lower case, values with their lines joined by newlines. */
export type Paragraph = ReadonlyMap<string, string>;

/** A binary package as debian/control declares it. */
export interface BinaryPackage {
  readonly name: string;
  /** The words of its Architecture field: `any`, `all`, `amd64`, `linux-any`, ... */
  readonly architectures: readonly string[];
  /** A udeb: a package for the installer. */
  readonly isUdeb: boolean;
  /** The Build-Profiles field, for instance `<!nocheck> <!stage1 !nodoc>`. */
  readonly buildProfiles?: string;
}

/** What debian/control says about a source package and its binary packages, in the file's order. */
export interface SourceControl {
  readonly source: string;
  readonly binaries: readonly BinaryPackage[];
  /** Rules-Requires-Root is `no`: the package is installed without (fake) root. */
  readonly needsNoRoot: boolean;
}

/** deb-control(5), Debian policy 5.6.1. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]*$/;

function toText(value: string | readonly string[]): string {
  return (typeof value === "string" ? value : value.join("\n")).trim();
}

/**
 * Parses one paragraph, without comment lines (deb-src-control(5)). `debian-control` takes one paragraph at a time and
 * keeps comments, so both are dealt with here.
 */
export function parseParagraph(text: string): Paragraph {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  const fields = Object.entries(parse(lines.join("\n"))).filter(([name]) => name !== "undefined");
  return new Map(fields.map(([name, value]) => [name.toLowerCase(), toText(value)]));
}

/** Parses the paragraphs of a control file; comment lines do not separate paragraphs, blank ones do. */
export function parseParagraphs(text: string): readonly Paragraph[] {
  return text
    .replace(/\r\n/g, "\n")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map(parseParagraph);
}

function readBinary(paragraph: Paragraph, file: string): BinaryPackage {
  const name = paragraph.get("package") ?? "";
  if (!PACKAGE_NAME.test(name)) {
    throw new UsageError(
      name === ""
        ? `${file}: a paragraph after the first one has no Package field`
        : `${file}: "${name}" is not a package name (lower case letters, digits, "+", "-" and ".")`,
    );
  }
  const buildProfiles = paragraph.get("build-profiles");
  return {
    name,
    architectures: (paragraph.get("architecture") ?? "").split(/\s+/).filter((word) => word !== ""),
    isUdeb: (paragraph.get("package-type") ?? paragraph.get("xc-package-type")) === "udeb",
    ...(buildProfiles !== undefined && { buildProfiles }),
  };
}

/** Parses the text of a debian/control; `file` is named in errors. Throws UsageError. */
export function parseControl(text: string, file: string): SourceControl {
  const [first, ...others] = parseParagraphs(text);
  const source = first?.get("source") ?? "";
  if (first === undefined || !PACKAGE_NAME.test(source)) {
    throw new UsageError(`${file}: the first paragraph has no valid Source field`);
  }
  const binaries = others.map((paragraph) => readBinary(paragraph, file));
  if (binaries.length === 0) {
    throw new UsageError(`${file}: no binary package is declared`);
  }
  return { source, binaries, needsNoRoot: first.get("rules-requires-root") === "no" };
}

/** Reads debian/control. Throws UsageError when it is missing or is not one. */
export async function readControl(file: string): Promise<SourceControl> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`"${file}" cannot be read: are you in the top directory of a source package?`, { cause });
  }
  return parseControl(text, file);
}
