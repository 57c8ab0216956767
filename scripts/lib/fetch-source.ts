// SPDX-License-Identifier: GPL-3.0-or-later
import { access, chown, constants, copyFile, mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { type Account, findAccount } from "../../src/batch/containment.js";
import { defaultAptCache } from "../../src/batch/open-workshop.js";
import { explainAptOutput } from "../../src/debian/apt/apt-failure.js";
import { installBuildDependencies } from "../../src/debian/apt/build-dependencies.js";
import { nameTree, readDsc } from "../../src/debian/apt/fetch-source.js";
import { readMachineSources } from "../../src/debian/apt/machine-sources.js";
import { PrivateApt } from "../../src/debian/apt/private-apt.js";
import { lockDirectory, unlockDirectory } from "../../src/directory-lock.js";
import { EnvironmentError, LoupeError, UsageError } from "../../src/errors.js";

const USAGE = `Usage: scripts/fetch-source [OPTION]... PACKAGE DIRECTORY

Fetches the source of PACKAGE (NAME, NAME=VERSION or NAME/RELEASE) from the machine's own Debian mirrors, unpacks it in
DIRECTORY, and installs its build dependencies (root or sudo; without either it says what is missing and exits with 3).
Prints the path of the unpacked tree.

  --user USER      the tree belongs to USER, who unpacks it (needs root)
  --no-build-deps  leave build dependencies alone
  --help           this text

Package lists and downloads are kept in .cache/apt of the checkout, or in $XDG_CACHE_HOME/loupe/apt where the checkout cannot be
written. Lists are fetched anew after a day. Exit status: 0 done, 2 usage error or unknown package, 3 the machine or the mirror
cannot do it.
`;

const PACKAGE = /^[a-z0-9][a-z0-9.+-]*(?:[=/][A-Za-z0-9.+:~-]+)?$/;
const PAUSES_SECONDS: readonly number[] = [5, 10, 20];
const LOCK_POLL_MILLISECONDS = 500;

function say(words: string): void {
  process.stderr.write(`fetch-source: ${words}\n`);
}

async function chooseCache(): Promise<string> {
  const own = fileURLToPath(new URL("../../.cache/apt", import.meta.url));
  try {
    await mkdir(own, { recursive: true });
    await access(own, constants.W_OK);
    return own;
  } catch {
    return defaultAptCache();
  }
}

/** What the source package consists of: file names, the .dsc among them. Lines of --print-uris: 'URI' FILE SIZE HASH. */
async function listFiles(apt: PrivateApt, name: string): Promise<readonly string[]> {
  // In a directory without files: apt-get leaves out those that are there.
  const { failed, stdout, output } = await apt.run("apt-get", ["-q", "source", "--print-uris", name], apt.root);
  if (failed) {
    throw new UsageError(`no source package ${name} in the sources of this machine: ${explainAptOutput(output).words}`);
  }
  return [...stdout.matchAll(/^'[^']*' (\S+) \d+ /gm)].map(([, file]) => file as string);
}

/** Repeats what failed for the mirror's sake. */
async function insist(work: () => Promise<string | undefined>, what: string): Promise<void> {
  for (const pause of [...PAUSES_SECONDS, undefined]) {
    const words = await work();
    if (words === undefined) {
      return;
    }
    if (pause === undefined) {
      throw new EnvironmentError(`${what}: ${words}`);
    }
    say(`${what}; trying again in ${pause} s`);
    await setTimeout(pause * 1000);
  }
}

/** Downloads what is not there yet. Returns the directory of the files. */
async function download(apt: PrivateApt, name: string): Promise<string> {
  const directory = join(apt.root, "downloads", name.replace(/[=/].*/, ""));
  await mkdir(directory, { recursive: true });
  say(`fetching the source of ${name}`);
  await insist(async () => {
    const { failed, output } = await apt.run("apt-get", ["-q", "source", "--download-only", name], directory);
    if (!failed) {
      return undefined;
    }
    // A mirror that has moved on answers 404 to what yesterday's lists name.
    await apt.update("recent");
    return explainAptOutput(output).words;
  }, `the mirror does not deliver the source of ${name}`);
  return directory;
}

/** Words before a command that run it as the user. */
function becoming(account: Account | undefined): readonly string[] {
  return account === undefined || process.getuid?.() !== 0
    ? []
    : ["setpriv", "--reuid", String(account.uid), "--regid", String(account.gid), "--clear-groups", "--"];
}

/** Unpacks the package as the user. Returns the tree. */
async function unpack(
  downloads: string,
  files: readonly string[],
  directory: string,
  account: Account | undefined,
): Promise<string> {
  const dsc = files.find((file) => file.endsWith(".dsc"));
  if (dsc === undefined) {
    throw new EnvironmentError("apt-get names no .dsc file of the package");
  }
  const isNew = (await stat(directory).catch(() => undefined)) === undefined;
  await mkdir(directory, { recursive: true }).catch((cause: Error) => {
    throw new EnvironmentError(`cannot make ${directory}: ${cause.message}`, { cause });
  });
  if (isNew && account !== undefined) {
    await chown(directory, account.uid, account.gid);
  }
  const tree = join(directory, nameTree(await readDsc({ directory: downloads, dsc })));
  if ((await stat(tree).catch(() => undefined)) !== undefined) {
    throw new UsageError(`${tree} exists already: remove it, or name another directory`);
  }
  for (const file of files) {
    await copyFile(join(downloads, file), join(directory, file));
    if (account !== undefined) {
      await chown(join(directory, file), account.uid, account.gid);
    }
  }
  const [program = "dpkg-source", ...words] = [...becoming(account), "dpkg-source", "-x", dsc, tree];
  const { failed, all } = await execa(program, words, { cwd: directory, all: true, reject: false, stdin: "ignore" });
  if (failed) {
    throw new EnvironmentError(`dpkg-source could not unpack ${dsc}: ${explainAptOutput(all).words}`);
  }
  return tree;
}

async function installDependencies(apt: PrivateApt, tree: string, name: string): Promise<void> {
  await insist(async () => {
    const fault = await installBuildDependencies(apt, tree);
    if (fault === undefined || fault.kind === "passing") {
      return fault?.words;
    }
    const command = `APT_CONFIG=${apt.environment.APT_CONFIG} apt-get --no-install-recommends build-dep ${tree}`;
    throw new EnvironmentError(
      `the build dependencies of ${name} are not installed: ${fault.words}. As root:\n  ${command}`,
    );
  }, `the build dependencies of ${name} could not be installed`);
}

interface Wanted {
  readonly name: string;
  readonly directory: string;
  readonly account: Account | undefined;
  readonly buildDependencies: boolean;
}

async function fetchSource({ name, directory, account, buildDependencies }: Wanted): Promise<string> {
  const apt = await PrivateApt.open(await chooseCache(), await readMachineSources());
  const warning = await apt.update("daily");
  if (warning !== undefined) {
    say(warning);
  }
  const downloads = join(apt.root, "downloads");
  await mkdir(downloads, { recursive: true });
  // One at a time: apt locks its own directories only for parts of its work.
  while (!(await lockDirectory(downloads))) {
    await setTimeout(LOCK_POLL_MILLISECONDS);
  }
  try {
    const files = await listFiles(apt, name);
    const tree = await unpack(await download(apt, name), files, directory, account);
    if (buildDependencies) {
      await installDependencies(apt, tree, name);
    }
    return tree;
  } finally {
    await unlockDirectory(downloads);
  }
}

function parseWords(words: readonly string[]): ReturnType<typeof parse> {
  try {
    return parse(words);
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split(". ")[0]}; --help lists what there is`, { cause });
  }
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { user: { type: "string" }, "no-build-deps": { type: "boolean" }, help: { type: "boolean" } },
  });
}

async function run(words: readonly string[]): Promise<string> {
  const { values, positionals } = parseWords(words);
  if (values.help) {
    return USAGE;
  }
  const [name, directory, ...others] = positionals;
  if (name === undefined || directory === undefined || others.length > 0) {
    throw new UsageError("PACKAGE and DIRECTORY are needed; --help says more");
  }
  if (!PACKAGE.test(name)) {
    throw new UsageError(`'${name}' is not the name of a source package`);
  }
  const tree = await fetchSource({
    name,
    directory: resolve(directory),
    account: values.user === undefined ? undefined : await findAccount(values.user),
    buildDependencies: values["no-build-deps"] !== true,
  });
  return `${tree}\n`;
}

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof LoupeError)) {
    throw error;
  }
  say(error.message);
  process.exitCode = error.exitStatus;
}
