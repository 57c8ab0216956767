// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";
import type { Variables } from "./build-options.js";

/** The architectures of a build (dpkg-architecture(1)). */
export interface BuildArchitecture {
  /** The architecture that the package is built for: `amd64`. */
  readonly host: string;
  /** The architecture that it is built on. */
  readonly build: string;
}

async function query(variable: "DEB_HOST_ARCH" | "DEB_BUILD_ARCH"): Promise<string> {
  // Only a query honours what dpkg-buildpackage has put into the environment; the list of all variables does not.
  const { stdout, stderr, failed, cause } = await execa("dpkg-architecture", ["-q", variable], { reject: false });
  if (failed || stdout === "") {
    throw new EnvironmentError(`dpkg-architecture (package dpkg-dev) failed: ${stderr.trim()}`, { cause });
  }
  return stdout;
}

/** Asks dpkg-architecture. Throws EnvironmentError when it is missing. */
export async function readArchitecture(): Promise<BuildArchitecture> {
  const [host, build] = await Promise.all([query("DEB_HOST_ARCH"), query("DEB_BUILD_ARCH")]);
  return { host, build };
}

/**
 * The variables that dpkg-buildpackage exports for every build. Where they are missing, each debian/rules asks dpkg-architecture
 * for each of them, which takes longer than many a test suite. Empty where the build has them already.
 */
export async function readMissingVariables(variables: Variables): Promise<Readonly<Record<string, string>>> {
  if ((variables.DEB_HOST_ARCH ?? "") !== "") {
    return {};
  }
  const { stdout, failed } = await execa("dpkg-architecture", [], { reject: false });
  const pairs = (failed ? "" : stdout).split("\n").flatMap((line): [string, string][] => {
    const [, name, value] = /^(DEB_\w+)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(pairs);
}

/** Of these architecture words of Architecture fields, those that match `architecture`. */
export async function selectMatching(words: readonly string[], architecture: string): Promise<ReadonlySet<string>> {
  const matching = new Set<string>();
  for (const word of new Set(words)) {
    if (word === "any" || word === "all" || word === architecture) {
      matching.add(word);
    } else if (word.includes("any")) {
      // Wildcards such as linux-any: only dpkg knows all of them.
      const { exitCode } = await execa("dpkg-architecture", ["-a", architecture, "-i", word], { reject: false });
      if (exitCode === 0) {
        matching.add(word);
      }
    }
  }
  return matching;
}
