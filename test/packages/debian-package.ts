// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { Manifest } from "../../src/manifest/schema.js";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

export const isRoot = process.getuid?.() === 0;

/** Who builds a package: the one who runs the tests, or an ordinary user. */
export type Builder = "self" | "user";

const USER = "nobody";

/** How a package is built, without a change to its source. */
export interface PackageBuildRequest {
  readonly name: string;
  readonly builder: Builder;
  readonly variables?: Readonly<Record<string, string>>;
  /** Changes the unpacked tree, for a test of what a maintainer would write. */
  readonly change?: (tree: string) => Promise<void>;
}

/** A built package. */
export interface BuiltPackage {
  readonly manifest: Manifest;
  /** Names of the files beside the tree. */
  readonly files: readonly string[];
}

/** The mirror does not deliver the source or what it is built with. */
export class SourceUnavailableError extends Error {
  override readonly name = "SourceUnavailableError";
}

/** fetch-source's exit status when it is the machine or the mirror that fails. */
const EXIT_ENVIRONMENT = 3;

const NOT_INHERITED = /^(DEB_|DH_|MAKE|MFLAGS|PERL)/;

function makeEnvironment(directory: string, variables: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_INHERITED.test(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: directory,
    TMPDIR: directory,
    PATH: `${join(REPOSITORY, "bin")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    PERL5LIB: join(REPOSITORY, "dh-loupe"),
    DEB_BUILD_OPTIONS: "parallel=2",
    DEB_LOUPE_OPTIONS: "--replicas 1",
    ...variables,
  };
}

/**
 * Servers of two builds at a time would want the same ports, so root gives every build a network of its own, with nothing
 * but loopback, as build daemons do.
 */
function wrapCommand(command: readonly string[], builder: Builder): readonly [string, ...string[]] {
  const asUser = builder === "user" ? ["setpriv", "--reuid", USER, "--regid", "nogroup", "--clear-groups"] : [];
  const [program, ...args] = [...asUser, ...command] as [string, ...string[]];
  return isRoot
    ? ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", program, ...args]
    : [program, ...args];
}

async function readManifest(directory: string, log: string): Promise<Manifest> {
  const name = (await readdir(directory)).find((file) => file.endsWith(".loupe.json"));
  if (name === undefined) {
    throw new Error(`the build left no manifest; the end of its log:\n${log.slice(-4000)}`);
  }
  return JSON.parse(await readFile(join(directory, name), "utf8")) as Manifest;
}

/** Fetches the source of a package with its build dependencies and builds it with dh_loupe. */
export async function buildDebianPackage(request: PackageBuildRequest): Promise<BuiltPackage> {
  const directory = await mkdtemp(join(tmpdir(), `loupe-package-${request.name}-`));
  try {
    const asUser = request.builder === "user" ? ["--user", USER] : [];
    if (request.builder === "user") {
      await execa("chown", [USER, directory]);
    }
    const fetched = await execa(join(REPOSITORY, "scripts/fetch-source"), [...asUser, request.name, directory], {
      reject: false,
    });
    if (fetched.exitCode === EXIT_ENVIRONMENT) {
      throw new SourceUnavailableError(`the source of ${request.name} cannot be had: ${fetched.stderr}`);
    }
    if (fetched.exitCode !== 0) {
      throw new Error(`scripts/fetch-source failed (exit status ${fetched.exitCode}): ${fetched.stderr}`);
    }
    const tree = fetched.stdout.trim();
    await request.change?.(tree);
    const [program, ...args] = wrapCommand(["dpkg-buildpackage", "-us", "-uc", "-b", "-d"], request.builder);
    const { all, exitCode } = await execa(program, args, {
      cwd: tree,
      env: makeEnvironment(directory, request.variables ?? {}),
      extendEnv: false,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    if (exitCode !== 0) {
      throw new Error(`${request.name} was not built (exit status ${exitCode}):\n${all.slice(-4000)}`);
    }
    return { manifest: await readManifest(directory, all), files: await readdir(directory) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
