// SPDX-License-Identifier: GPL-3.0-or-later
// node generate-sub-features.js HEADERS VERSION LIBC-VERSION DIRECTORY: writes the tables of sub-features into DIRECTORY.
// HEADERS is an unpacked linux-libc-dev. Called by scripts/generate-sub-features.
import { writeFileSync } from "node:fs";
import { readRequests } from "./ioctl-requests.js";
import { SETS } from "./sub-feature-sets.js";
import { evaluate, listMacros, Toolchain, toWord } from "./uapi-constants.js";

const [root, version, libcVersion, directory] = process.argv.slice(2);
const generic = `${root}/usr/include`;
const uapi = `${root}/usr/lib/linux/uapi`;
const toolchains = [
  new Toolchain({ architecture: "x86_64", compiler: "gcc", uapi: `${uapi}/x86`, generic }),
  new Toolchain({ architecture: "aarch64", compiler: "aarch64-linux-gnu-gcc", uapi: `${uapi}/arm64`, generic }),
];

function report(text) {
  process.stderr.write(`generate-sub-features: ${text}\n`);
}

function listIndented(toolchain, headers) {
  const texts = headers.map((header) => toolchain.readHeader(header) ?? "");
  return new Set(texts.flatMap((text) => [...text.matchAll(/^\s*#\s+define\s+(\w+)/gm)].map(([, name]) => name)));
}

async function listNames(toolchain, set) {
  const { macros, enumerators } = await listMacros(toolchain, set.headers, set.from ?? "kernel");
  const constants = macros.filter(({ isFunction, body }) => !isFunction && body !== "").map(({ name }) => name);
  const left = set.indented === false ? listIndented(toolchain, set.headers) : new Set();
  return [...new Set([...constants, ...enumerators])].filter(
    (name) => set.pattern.test(name) && !set.except?.test(name) && !left.has(name),
  );
}

/** A name that sets several bits (O_SYNC) stands for the one that no other name has. */
function nameBits(constants, mask) {
  const names = new Map();
  const isBit = (value) => value !== 0 && (value & (value - 1)) === 0;
  const usable = constants.filter(({ value }) => (value & ~mask) === 0);
  // __O_SYNC and the like are the header's own helpers: their bit is named by what programs use.
  const usual = usable.filter(({ name }) => !name.startsWith("__O_"));
  for (const { name, value } of usual) if (isBit(value) && !names.has(value)) names.set(value, name);
  for (const { name, value } of usual) {
    const rest = [...names.keys()].reduce((left, bit) => left & ~bit, value);
    if (isBit(rest)) names.set(rest >>> 0, name);
  }
  return names;
}

function nameValues(constants, mask) {
  const names = new Map();
  for (const { name, value } of constants) {
    if ((value & ~mask) === 0 && !names.has(value)) names.set(value, name);
  }
  return names;
}

async function readSet(toolchain, set) {
  if (set.from !== "libc" && set.headers.some((header) => toolchain.readHeader(header) === undefined)) return undefined;
  const names = await listNames(toolchain, set);
  const expressions = new Map([["MASK", set.mask ?? "-1"], ...names.map((name) => [name, name])]);
  const { values } = await evaluate(toolchain, set.headers, expressions, set.from ?? "kernel");
  // A mask counts with its low 32 bits, whatever the type of its expression.
  const mask = Number(BigInt.asUintN(32, values.get("MASK")));
  const constants = names
    .filter((name) => values.has(name))
    .map((name) => ({ name, value: toWord(values.get(name)) }))
    .filter(({ value }) => value !== undefined);
  const found = set.kind === "bits" ? nameBits(constants, mask) : nameValues(constants, mask);
  if (set.zero !== undefined && constants.some(({ name, value }) => name === set.zero && value === 0)) {
    found.set(0, set.zero);
  }
  return { mask, numbers: new Map([...found].map(([value, name]) => [name, value])) };
}

/** Splits tables of architectures into what they have in common and the rest, each in the order of the numbers. */
function splitTables(tables) {
  const order = (entries) => entries.sort(([, left], [, right]) => left - right);
  const [first, ...others] = tables.map(({ numbers }) => numbers);
  const isCommon = ([name, value]) => others.every((table) => table.get(name) === value);
  const common = new Map([...first].filter(isCommon));
  const parts = [["common", order([...common])]];
  for (const { architecture, numbers } of tables) {
    parts.push([architecture, order([...numbers].filter(([name]) => !common.has(name)))]);
  }
  return parts;
}

function formatParts(parts) {
  const hexadecimal = (value) => (value < 64 ? `${value}` : `0x${value.toString(16)}`);
  return parts
    .map(
      ([title, entries]) => `${title}: {${entries.map(([name, value]) => `${name}: ${hexadecimal(value)}`).join(",")}}`,
    )
    .join(",");
}

async function formatSet(name, set) {
  const read = [];
  for (const toolchain of toolchains) {
    const found = await readSet(toolchain, set);
    read.push({ architecture: toolchain.architecture, numbers: found?.numbers ?? new Map(), mask: found?.mask });
  }
  const masks = new Set(read.map(({ mask }) => mask).filter((mask) => mask !== undefined));
  if (masks.size !== 1) throw new Error(`${name}: the mask differs between architectures`);
  if (read.every(({ numbers }) => numbers.size === 0)) throw new Error(`${name}: no name matches`);
  return `${JSON.stringify(name)}: { kind: "${set.kind}", mask: 0x${[...masks][0].toString(16)}, ${formatParts(splitTables(read))} }`;
}

function write(file, text) {
  const head =
    "// SPDX-License-Identifier: GPL-3.0-or-later\n" +
    `// Generated by scripts/generate-sub-features from linux-libc-dev ${version} (and the names of sockets, which it does not\n` +
    `// have, from libc6-dev ${libcVersion}). Do not edit.\n\n`;
  writeFileSync(`${directory}/${file}`, head + text);
}

const sets = [];
for (const [name, set] of Object.entries(SETS)) sets.push(await formatSet(name, set));
write(
  "constants.ts",
  `/** Values of arguments by what they are, kind of set, architecture and name. */\nexport const CONSTANTS = {${sets.join(",\n")}} as const;\n`,
);

const requests = [];
for (const toolchain of toolchains) {
  requests.push({ architecture: toolchain.architecture, numbers: await readRequests(toolchain, report) });
}
write(
  "ioctl-requests.ts",
  `/** Requests of ioctl(2) by architecture and name. */\nexport const IOCTL_REQUESTS = {${formatParts(splitTables(requests))}} as const;\n`,
);
