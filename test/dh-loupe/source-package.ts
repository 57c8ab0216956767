// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { Manifest } from "../../src/manifest/schema.js";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../fixtures/packages", import.meta.url));

/** How a command in a package ended. */
export interface BuildResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

type Variables = Readonly<Record<string, string>>;

/** Variables of the build in which the tests themselves may run. */
const NOT_INHERITED = /^(DEB_|DH_|MAKE|MFLAGS)/;

/** An ordinary user, for tests that run as root. */
export const ORDINARY_USER = 65534;

export const isRoot = process.getuid?.() === 0;

/** A copy of a fixture package that is built in its own directory. */
export class SourcePackage {
  readonly #user: number | undefined;

  private constructor(
    /** Receives what a build leaves beside the tree. */
    readonly parent: string,
    readonly tree: string,
    user: number | undefined,
  ) {
    this.#user = user;
  }

  /** Copies the fixture `name` and writes `files` over it; debian/rules stays executable. */
  static async make(
    name: string,
    files: Readonly<Record<string, string>> = {},
    user: number | undefined = undefined,
  ): Promise<SourcePackage> {
    if (!existsSync(join(REPOSITORY, "dist/cli/dh-loupe.js"))) {
      throw new Error('dist/ is missing: run "npm run build" before the tests of dh_loupe');
    }
    const parent = await mkdtemp(join(tmpdir(), "loupe-dh-"));
    const tree = join(parent, `${name}-1.0`);
    await cp(join(FIXTURES, name), tree, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await writeFile(join(tree, path), text);
    }
    await chmod(join(tree, "debian/rules"), 0o755);
    if (user !== undefined) {
      await execa("chown", ["-R", `${user}:${user}`, parent]);
    }
    return new SourcePackage(parent, tree, user);
  }

  /** Runs a command in the tree as in a checkout: dh_loupe and the add-on come from this repository. */
  async run(command: readonly [string, ...string[]], variables: Variables = {}): Promise<BuildResult> {
    const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
    const asUser =
      this.#user === undefined ? [] : ["setpriv", `--reuid=${this.#user}`, `--regid=${this.#user}`, "--clear-groups"];
    const [program, ...args] = [...asUser, ...command] as [string, ...string[]];
    const { exitCode, stdout, stderr } = await execa(program, args, {
      cwd: this.tree,
      extendEnv: false,
      env: {
        ...Object.fromEntries(inherited),
        HOME: this.parent,
        TMPDIR: this.parent,
        PATH: `${join(REPOSITORY, "bin")}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
        PERL5LIB: join(REPOSITORY, "dh-loupe"),
        ...variables,
      },
      reject: false,
      stdin: "ignore",
    });
    return { exitCode, stdout, stderr };
  }

  /** The build step with the add-on from outside, so that the package need not know of it. */
  async build(variables: Variables = {}): Promise<BuildResult> {
    return this.run(["debian/rules", "build"], { DH_EXTRA_ADDONS: "loupe", ...variables });
  }

  /** Names of the manifests beside the tree. */
  async listManifests(): Promise<readonly string[]> {
    return (await readdir(this.parent)).filter((name) => name.endsWith(".loupe.json")).sort();
  }

  /** The one manifest that was written. */
  async readManifest(): Promise<Manifest> {
    const [name, ...others] = await this.listManifests();
    if (name === undefined || others.length > 0) {
      throw new Error(`one manifest was expected in ${this.parent}`);
    }
    return JSON.parse(await readFile(join(this.parent, name), "utf8")) as Manifest;
  }

  async remove(): Promise<void> {
    await rm(this.parent, { recursive: true, force: true });
  }
}
