// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles the programs with the npm packages that they use, for our Debian packages. The same sources give the same bytes,
// wherever the checkout lies: all paths that esbuild writes are relative to it.
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What loupe reads when it runs, beside its code: a parser and the grammar of C, compiled to WebAssembly. */
const GRAMMARS = ["web-tree-sitter/tree-sitter.wasm", "tree-sitter-c/tree-sitter-c.wasm"];

/** What it copies into the sites that it makes. */
const SITE = ["site.css", "site.js", "site-icon.svg"].map((name) => `templates/site/${name}`);

/**
 * What goes into which binary package, with files of npm packages (`copies`) and of our own (`assets`) that are copied beside the code. dh_loupe has to run on Debian
 * 12's node, commander needs Debian 13's.
 */
export const PROGRAMS = [
  { package: "dh-loupe", command: "dh_loupe", entry: "dh-loupe", target: "node18.19", copies: [], assets: [] },
  { package: "loupe", command: "loupe", entry: "loupe", target: "node20", copies: GRAMMARS, assets: SITE },
];

/** Parts of the bundles that are CommonJS call require(), which modules do not have. */
const REQUIRE =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/**
 * What stays an npm package of its own beside the bundle: SQLite is a compiled module. The others are alternatives that pg would
 * load where they are, in other surroundings than ours.
 */
const EXTERNAL = ["@photostructure/sqlite", "pg-native", "cloudflare:sockets"];

/** The npm packages that are laid out beside the bundle of loupe as they are, where that is our Debian package. */
export const MODULES_BESIDE = ["@photostructure/sqlite", "node-gyp-build"];

const OPTIONS = {
  external: EXTERNAL,
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  platform: "node",
  banner: { js: REQUIRE },
  legalComments: "inline",
  logLevel: "warning",
};

async function copyFiles({ copies, assets }, directory) {
  await Promise.all(
    [...copies.map((path) => join("node_modules", path)), ...assets].map(async (path) => {
      const target = join(directory, basename(path));
      await copyFile(join(root, path), target);
      // npm packages have some of them executable.
      await chmod(target, 0o644);
    }),
  );
}

/**
 * Bundles one of PROGRAMS to `directory`/dist/cli, which stands to bin/ as it does in a checkout. Commands that are imported
 * when they are called stay files of their own. With `write: false` nothing is written. Returns esbuild's result with the
 * metafile, which names all inputs.
 */
export async function bundle(program, directory, { write = true } = {}) {
  return build({
    ...OPTIONS,
    entryPoints: [`src/cli/${program.entry}.ts`],
    outdir: join(directory, "dist/cli"),
    target: program.target,
    metafile: true,
    write,
  });
}

/**
 * Bundles all programs for the checkout itself: to load one file instead of hundreds halves the time in which a program starts.
 * What was there is replaced at once, because another process may be loading it.
 */
export async function bundleCheckout() {
  const [outdir, before] = [join(root, "dist.new"), join(root, "dist.old")];
  await Promise.all([outdir, before].map((directory) => rm(directory, { recursive: true, force: true })));
  await build({
    ...OPTIONS,
    entryPoints: PROGRAMS.map(({ entry }) => `src/cli/${entry}.ts`),
    outdir: join(outdir, "cli"),
    target: PROGRAMS.map(({ target }) => target),
  });
  await Promise.all(PROGRAMS.map((program) => copyFiles(program, join(outdir, "cli"))));
  await rename(join(root, "dist"), before).catch(ignoreMissing);
  await rename(outdir, join(root, "dist"));
  await rm(before, { recursive: true, force: true });
}

function ignoreMissing(error) {
  if (error.code !== "ENOENT") {
    throw error;
  }
}

/**
 * Lays a program out below `directory` as in a checkout: bin/COMMAND beside its bundle. The command runs Debian's node, whatever
 * PATH says in a build; package.json tells node that all of them are modules.
 */
export async function layOut(program, directory) {
  const { version, license } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const source = await readFile(join(root, "bin", program.command), "utf8");
  await mkdir(join(directory, "bin"), { recursive: true });
  await writeFile(join(directory, "bin", program.command), source.replace(/^#!.*/, "#!/usr/bin/node"), { mode: 0o755 });
  const description = { name: program.package, version, license, type: "module" };
  await writeFile(join(directory, "package.json"), `${JSON.stringify(description, null, 2)}\n`);
  await bundle(program, directory);
  await copyFiles(program, join(directory, "dist/cli"));
  if (program.entry === "loupe") {
    await copySqlite(join(directory, "node_modules"));
  }
}

/** The compiled module of SQLite, for the architectures that the tracer runs on, and what finds the right one. */
async function copySqlite(target) {
  const prebuilt = ["x64", "arm64"].map((name) => `prebuilds/linux-${name}/@photostructure+sqlite.glibc.node`);
  const files = [
    ...["package.json", "LICENSE", "dist/index.mjs", ...prebuilt].map((name) => `@photostructure/sqlite/${name}`),
    ...["package.json", "LICENSE", "index.js", "node-gyp-build.js"].map((name) => `node-gyp-build/${name}`),
  ];
  for (const file of files) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await copyFile(join(root, "node_modules", file), join(target, file));
    await chmod(join(target, file), 0o644);
  }
}

/** The npm packages of which a bundle has parts, sorted. */
export function listBundledPackages({ metafile }) {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const names = used.flatMap((path) => /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}
