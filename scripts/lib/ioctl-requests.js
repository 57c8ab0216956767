// SPDX-License-Identifier: GPL-3.0-or-later
// The requests of ioctl(2) in the UAPI headers.
import { readdirSync } from "node:fs";
import { IOCTL_DIRECTORIES, IOCTL_FIRST } from "./sub-feature-sets.js";
import { evaluate, listMacros, toWord } from "./uapi-constants.js";

/** Types that UAPI headers use without including what defines them. */
const PRELUDE = ["linux/types.h", "sys/types.h", "sys/socket.h", "netinet/in.h", "linux/if.h"];
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

async function readHeaderRequests(toolchain, header, problems) {
  const includes = [...PRELUDE, header];
  const { macros, problem } = await listMacros(toolchain, includes, "both");
  if (problem !== undefined) {
    problems.push(`${header}: ${problem}`);
    return [];
  }
  const isBuilt = findBuiltRequests(macros);
  const type = IOCTL_FIRST.find((entry) => entry.header === header)?.type;
  // asm/ioctls.h and the like only include their asm-generic namesake.
  const files = [`/${header}`, `/${header.replace(/^asm\//, "asm-generic/")}`];
  const own = macros.filter(
    ({ file, isFunction, body, name }) =>
      files.some((suffix) => file.endsWith(suffix)) &&
      !isFunction &&
      body !== "" &&
      (type !== undefined || isBuilt(name)),
  );
  const expressions = new Map(own.map(({ name }) => [name, name]));
  const { values, unusable } = await evaluate(toolchain, includes, expressions, "both");
  problems.push(...unusable.filter(isBuilt).map((name) => `${header}: ${name} has no constant value`));
  return [...values]
    .map(([name, value]) => ({ name, value: toWord(value) }))
    .filter(({ name, value }) => value !== undefined && (isBuilt(name) || value >>> 8 === type));
}

/** Request numbers by name; of several names for a number, the first. */
export async function readRequests(toolchain, report) {
  const headers = listHeaders(toolchain);
  const found = new Map();
  const problems = [];
  const next = headers.entries();
  const work = async () => {
    for (const [index, header] of next) found.set(index, await readHeaderRequests(toolchain, header, problems));
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  for (const problem of problems.sort()) report(`${toolchain.architecture}: left out: ${problem}`);
  const names = new Map();
  for (const index of headers.keys()) {
    for (const { name, value } of found.get(index)) if (!names.has(value)) names.set(value, name);
  }
  return new Map([...names].map(([value, name]) => [name, value]));
}
