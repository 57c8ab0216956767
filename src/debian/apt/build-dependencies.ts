// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { type AptFault, explainAptOutput } from "./apt-failure.js";
import type { PrivateApt } from "./private-apt.js";

/** What dpkg-checkbuilddeps names as missing or in the way; undefined where all is there. */
export async function findMissingDependencies(tree: string): Promise<string | undefined> {
  const { failed, stderr, shortMessage } = await execa("dpkg-checkbuilddeps", [], {
    cwd: tree,
    env: { LC_ALL: "C" },
    reject: false,
    stdin: "ignore",
  });
  return failed ? stderr.replace(/^dpkg-checkbuilddeps: error: /gm, "").trim() || shortMessage : undefined;
}

/** How to become root, who alone can install packages; undefined where that is not possible without a question. */
export async function findRootCommand(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) {
    return [];
  }
  return (await execa("sudo", ["-n", "true"], { reject: false })).failed ? undefined : ["sudo", "-n"];
}

/**
 * Installs the build dependencies of the source tree on this machine. Nothing is removed for that: other packages may be using it.
 * What is downloaded can be ended by the signal; an installation that has begun is not interrupted. Returns why it failed.
 */
export async function installBuildDependencies(
  apt: PrivateApt,
  tree: string,
  signal?: AbortSignal,
): Promise<AptFault | undefined> {
  const missing = await findMissingDependencies(tree);
  if (missing === undefined) {
    return undefined;
  }
  const root = await findRootCommand();
  const words = ["-q", "-y", "--no-remove", "--no-install-recommends", "build-dep", "./"];
  if (root === undefined) {
    return { kind: "other", words: `${missing}. Installing them needs root: run as root, or install them first` };
  }
  for (const step of [["--download-only"], []]) {
    const [program = "apt-get", ...rest] = [
      ...root,
      "env",
      ...Object.entries(apt.environment).map(([name, value]) => `${name}=${value}`),
      "apt-get",
      "-o",
      "Dpkg::Use-Pty=0",
      ...step,
      ...words,
    ];
    const { failed, output } = await apt.run(program, rest, tree, step.length > 0 ? signal : undefined);
    if (failed) {
      return explainAptOutput(output);
    }
  }
  return undefined;
}
