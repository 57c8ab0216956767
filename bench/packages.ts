// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench:packages: what a whole analysis costs, and whether the adaptive search finds what the exhaustive one finds.
// Manifests are kept in .cache/bench and not made again, so that an interrupted benchmark goes on.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ExecaError, execa } from "execa";
import { readManifest } from "../src/manifest/read-manifest.js";
import type { Manifest } from "../src/manifest/schema.js";
import { type ComparedPackage, formatPackages } from "./package-table.js";

const PAGE = "docs/benchmarks-packages.md";
const CACHE = resolve(".cache/bench");
const DEFAULT_PACKAGES = ["bzip2", "figlet", "mawk", "hello", "tinyproxy", "json-c", "libyaml", "lighttpd"];

const USAGE = `Usage: npm run bench:packages -- [--adaptive-only] [--write] [PACKAGE]...

Builds Debian source packages once and analyzes each with the adaptive search (3 replicas) and the exhaustive one (1 replica).

  --adaptive-only  leave the exhaustive search out where it has not been done yet
  --write          write ${PAGE}
`;

const environment = {
  PATH: `${resolve("bin")}:${process.env.PATH}`,
  PERL5LIB: resolve("dh-loupe"),
  LC_ALL: "C.UTF-8",
};

/** A name is a part of a path here (deb-src-control(5) says what it may hold). Throws TypeError. */
function checkName(name: string): string {
  if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name)) {
    throw new TypeError(`'${name}' is not the name of a source package`);
  }
  return name;
}

async function buildOnce(name: string): Promise<string> {
  const directory = join(CACHE, name);
  await mkdir(directory, { recursive: true });
  const marker = join(directory, "tree");
  const built = await readFile(marker, "utf8").catch(() => undefined);
  if (built !== undefined) {
    return built;
  }
  const { stdout: tree } = await execa("scripts/fetch-source", [name, directory], { stderr: "inherit" });
  await execa("dpkg-buildpackage", ["-us", "-uc", "-b", "-d"], {
    cwd: tree,
    // The suite runs in the build, too, as before every dh_loupe: what it compiles is there afterwards.
    env: { ...environment, DEB_BUILD_OPTIONS: "noloupe parallel=2" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await writeFile(marker, tree);
  return tree;
}

async function analyzeOnce(name: string, options: readonly string[], file: string): Promise<Manifest | undefined> {
  const path = join(CACHE, name, file);
  const before = await readManifest(path).catch(() => undefined);
  if (before !== undefined || options.length === 0) {
    return before;
  }
  process.stderr.write(`analyzing ${name}: ${options.join(" ")}\n`);
  await execa("dh_loupe", [`--output=${path}`, ...options], {
    cwd: await buildOnce(name),
    env: { ...environment, DEB_BUILD_OPTIONS: "parallel=2" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  return readManifest(path);
}

async function compare(name: string, exhaustively: boolean): Promise<ComparedPackage> {
  const adaptive = await analyzeOnce(name, ["--replicas=3"], "adaptive.loupe.json");
  const exhaustiveOptions = exhaustively ? ["--strategy=exhaustive", "--replicas=1"] : [];
  const exhaustive = await analyzeOnce(name, exhaustiveOptions, "exhaustive.loupe.json");
  return { name, ...(adaptive && { adaptive }), ...(exhaustive && { exhaustive }) };
}

const options = { "adaptive-only": { type: "boolean" }, write: { type: "boolean" } } as const;
try {
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  const compared: ComparedPackage[] = [];
  for (const name of positionals.length > 0 ? positionals : DEFAULT_PACKAGES) {
    compared.push(await compare(checkName(name), values["adaptive-only"] !== true));
  }
  const page = formatPackages(compared, new Date());
  process.stdout.write(page);
  if (values.write) {
    await writeFile(PAGE, page);
  }
} catch (error) {
  if (error instanceof ExecaError) {
    process.stderr.write(`bench: ${error.shortMessage}\n`);
    process.exitCode = 1;
  } else if (error instanceof TypeError) {
    process.stderr.write(`bench: ${error.message}\n${USAGE}`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
