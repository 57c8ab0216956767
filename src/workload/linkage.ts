// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { ElfIdentity } from "./elf.js";

/** How a program comes to its C library. */
export interface Linkage {
  readonly form: "dynamic" | "static";
  /** The dynamic loader that the file names. */
  readonly interpreter?: string;
  /** null where the file does not tell. */
  readonly libc: "glibc" | "musl" | null;
}

/** Names of loaders: glibc's by ABI (ld.so(8)), musl's by architecture (musl's INSTALL). */
const GLIBC_LOADER = /^ld(-linux.*|64)?\.so\.\d+$/;
const MUSL_LOADER = /^ld-musl-.*\.so\.1$/;

/** A function of musl's that starts every program (src/env/__libc_start_main.c), in the symbol table of a file that was not stripped. */
const MUSL_START = Buffer.from("\0libc_start_main_stage2\0");

/** Larger static programs are not searched. */
const LARGEST_BYTES = 256 * 1024 * 1024;

async function hasBytes(path: string, wanted: Buffer): Promise<boolean> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { end: LARGEST_BYTES })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    if (bytes.includes(wanted)) {
      return true;
    }
    rest = bytes.subarray(-wanted.length);
  }
  return false;
}

function nameLibc(interpreter: string): Linkage["libc"] {
  const name = basename(interpreter);
  return MUSL_LOADER.test(name) ? "musl" : GLIBC_LOADER.test(name) ? "glibc" : null;
}

/**
 * Tells to which C library a program is linked, and how: by its loader, and where it is linked statically by what glibc's and musl's
 * start-up code leave in it. Throws the file system's error when it cannot be read.
 */
export async function describeLinkage(path: string, { interpreter, hasAbiTag }: ElfIdentity): Promise<Linkage> {
  if (interpreter !== undefined) {
    return { form: "dynamic", ...(interpreter !== "" && { interpreter }), libc: nameLibc(interpreter) };
  }
  return { form: "static", libc: hasAbiTag ? "glibc" : (await hasBytes(path, MUSL_START)) ? "musl" : null };
}
