// SPDX-License-Identifier: GPL-3.0-or-later
// What a manifest from somebody else may name. A name that is right for the schema ends up in other people's terminals, file names and
// queries: only what real measurements have is taken. Each name is as the field defines it, and none of them has room for a trick.
import { UsageError } from "../errors.js";
import type { Manifest, ManifestFeature } from "../manifest/schema.js";

/** Debian Policy, 5.6.1 and 5.6.7. */
const DEBIAN_NAME = /^[a-z0-9][a-z0-9+.-]+$/;
/** Debian Policy, 5.6.12. */
const DEBIAN_VERSION = /^(?:\d+:)?\d[A-Za-z0-9.+~-]*$/;
/** deb-version(7) and dpkg-architecture(1): amd64, kfreebsd-i386, musl-linux-amd64. */
const DEBIAN_ARCHITECTURE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** The base name of a program. */
const PROGRAM_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+@-]*$/;

const FEATURE_NAMES: Readonly<Record<ManifestFeature["kind"], RegExp>> = {
  syscall: /^[a-z_][a-z0-9_]*$/,
  "sub-feature": /^[a-z_][a-z0-9_]*:[A-Za-z0-9_=+|,/.-]+$/,
  "pseudo-file": /^\/(?:proc|sys|dev)(?:\/(?!\.\.?(?:\/|$))[^/\p{C}]+)*\/?$/u,
};

/** A path in a build tree, or an absolute one: no way up, and nothing that a terminal would not show. */
const EXECUTABLE_PATH = /^\/?(?:(?!\.\.(?:\/|$))[^/\p{C}]+\/)*(?!\.\.?$)[^/\p{C}]+$/u;

/** A manifest that is one, and that nobody may submit. */
export class UnacceptableManifestError extends UsageError {
  override readonly name = "UnacceptableManifestError";
}

/** A function of C. */
const FUNCTION_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function requireForm(what: string, text: string, form: RegExp): void {
  if (!form.test(text)) {
    throw new UnacceptableManifestError(
      `${what} ${JSON.stringify(text.slice(0, 60))} is not of the form that these have`,
    );
  }
}

function checkPackage({ package: described }: Manifest): void {
  if ("name" in described) {
    requireForm("the name of a program", described.name, PROGRAM_NAME);
    return;
  }
  requireForm("source package", described.source, DEBIAN_NAME);
  requireForm("version", described.version, DEBIAN_VERSION);
  requireForm("architecture", described.architecture, DEBIAN_ARCHITECTURE);
  for (const binary of described.binaries) {
    requireForm("binary package", binary, DEBIAN_NAME);
  }
}

/** Checks all names of a manifest. Throws UnacceptableManifestError, which shows the first that cannot be one. */
export function checkAcceptable(manifest: Manifest): void {
  checkPackage(manifest);
  for (const { path, package: binary, linkage, static: code } of manifest.executables) {
    requireForm("executable", path, EXECUTABLE_PATH);
    if (binary !== undefined) {
      requireForm("binary package", binary, DEBIAN_NAME);
    }
    if (linkage?.interpreter !== undefined) {
      requireForm("interpreter", linkage.interpreter, EXECUTABLE_PATH);
    }
    for (const name of code?.syscalls ?? []) {
      requireForm("syscall", name, FEATURE_NAMES.syscall);
    }
  }
  for (const name of manifest.sources?.syscalls ?? []) {
    requireForm("syscall", name, FEATURE_NAMES.syscall);
  }
  for (const { function: name, syscall } of manifest.sources?.results ?? []) {
    requireForm("function", name, FUNCTION_NAME);
    requireForm("syscall", syscall, FEATURE_NAMES.syscall);
  }
  for (const { kind, name, executables } of manifest.features) {
    requireForm(kind, name, FEATURE_NAMES[kind]);
    for (const path of executables) {
      requireForm("executable", path, EXECUTABLE_PATH);
    }
  }
}
