// SPDX-License-Identifier: GPL-3.0-or-later
// The requests of ioctl(2) in the UAPI headers.
import { readdirSync } from "node:fs";
import { IOCTL_DIRECTORIES, IOCTL_FIRST } from "./sub-feature-sets.js";
import { evaluate, HeaderError, listMacros, toWord } from "./uapi-constants.js";

/** How a header can be compiled: alone where it can be, with types of the C library where it needs them. */
const SURROUNDINGS = [
  {
    from: "kernel",
    prelude: [
      "linux/types.h",
      "linux/ioctl.h",
      "linux/termios.h",
      "linux/serial.h",
      "linux/fiemap.h",
      "linux/blktrace_api.h",
    ],
  },
  { from: "both", prelude: ["linux/types.h", "sys/types.h", "sys/socket.h", "netinet/in.h", "linux/if.h"] },
];
const PARALLEL = 2;

/** Headers below the directories, those with a rank of their own first, the rest by name. */
function listHeaders(toolchain) {
  const found = new Set();
  for (const root of toolchain.directories) {
    for (const directory of IOCTL_DIRECTORIES) {
      try {
        for (const entry of readdirSync(`${root}/${directory}`, { recursive: true })) {
          if (entry.endsWith(".h")) found.add(`${directory}/${entry}`);
        }
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
    }
  }
  const first = IOCTL_FIRST.map(({ header }) => header);
  const rest = [...found].filter((header) => !first.includes(header)).sort();
  return [...first, ...rest.filter((header) => /IO(R|W|WR|C)?\s*\(/.test(toolchain.readHeader(header)))];
}

/** Tells for each macro whether it comes down to _IOC(). */
function findBuiltRequests(macros) {
  const bodies = new Map(macros.map(({ name, body }) => [name, body]));
  const known = new Map([["_IOC", true]]);
  const isBuilt = (name) => {
    if (!known.has(name)) {
      known.set(name, false);
      const words = bodies.get(name)?.match(/[A-Za-z_]\w*(?=\s*\()|^\(?[A-Za-z_]\w*\)?$/g) ?? [];
      known.set(
        name,
        words.some((word) => isBuilt(word.replace(/[()]/g, ""))),
      );
    }
    return known.get(name);
  };
  return isBuilt;
}

async function compileRequests(toolchain, header, { from, prelude }) {
  const includes = [...prelude, header];
  const { macros } = await listMacros(toolchain, includes, from);
  const isBuilt = findBuiltRequests(macros);
  const type = IOCTL_FIRST.find((entry) => entry.header === header)?.type;
  // asm/ioctls.h and the like only include their asm-generic namesake.
  const files = [`/${header}`, `/${header.replace(/^asm\//, "asm-generic/")}`];
  // `#define _SIO _IO` is another name for a macro with parameters, and no request.
  const functions = new Set(macros.filter(({ isFunction }) => isFunction).map(({ name }) => name));
  const isConstant = ({ isFunction, body }) => !isFunction && body !== "" && !functions.has(body);
  const own = macros.filter(
    (macro) =>
      files.some((suffix) => macro.file.endsWith(suffix)) &&
      isConstant(macro) &&
      (type !== undefined || isBuilt(macro.name)),
  );
  const { values, unusable } = await evaluate(toolchain, includes, new Map(own.map(({ name }) => [name, name])), from);
  const requests = [...values]
    .map(([name, value]) => ({ name, value: toWord(value) }))
    .filter(({ name, value }) => value !== undefined && (isBuilt(name) || value >>> 8 === type));
  return { requests, problems: unusable.filter(isBuilt).map((name) => `${header}: ${name} has no constant value`) };
}

/** The requests of a header, compiled in the surroundings that leave out the fewest. */
async function readHeaderRequests(toolchain, header) {
  let best;
  let failure;
  for (const surroundings of SURROUNDINGS) {
    try {
      const found = await compileRequests(toolchain, header, surroundings);
      if (best === undefined || found.problems.length < best.problems.length) best = found;
      if (best.problems.length === 0) break;
    } catch (error) {
      if (!(error instanceof HeaderError)) throw error;
      failure = error;
    }
  }
  return best ?? { requests: [], problems: [`${header}: ${failure.message}`] };
}

/** Request numbers by name; of several names for a number, the first. */
export async function readRequests(toolchain, report) {
  const headers = listHeaders(toolchain);
  const found = new Map();
  const next = headers.entries();
  const work = async () => {
    for (const [index, header] of next) found.set(index, await readHeaderRequests(toolchain, header));
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  const problems = [...found.values()].flatMap((entry) => entry.problems);
  for (const problem of problems.sort()) report(`${toolchain.architecture}: left out: ${problem}`);
  const names = new Map();
  for (const index of headers.keys()) {
    for (const { name, value } of found.get(index).requests) if (!names.has(value)) names.set(value, name);
  }
  return new Map([...names].map(([value, name]) => [name, value]));
}
