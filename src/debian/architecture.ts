// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";

/** The architectures of a build (dpkg-architecture(1)). */
export interface BuildArchitecture {
  /** The architecture that the package is built for: `amd64`. */
  readonly host: string;
  /** The architecture that it is built on. */
  readonly build: string;
}

/** Asks dpkg-architecture, which honours what dpkg-buildpackage has set. */
export async function readArchitecture(): Promise<BuildArchitecture> {
  const { stdout, stderr, failed, cause } = await execa("dpkg-architecture", [], { reject: false });
  const variables = new Map(stdout.split("\n").map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]));
  const host = variables.get("DEB_HOST_ARCH");
  const build = variables.get("DEB_BUILD_ARCH");
  if (failed || host === undefined || build === undefined) {
    throw new EnvironmentError(`dpkg-architecture (package dpkg-dev) failed: ${stderr.trim()}`, { cause });
  }
  return { host, build };
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
