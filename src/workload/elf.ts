// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** What identifies an ELF file and what it is linked to. */
export interface ElfIdentity {
  /** GNU build-id in hexadecimal; absent when the file was linked without one. */
  readonly buildId?: string;
  /** The library's own name (DT_SONAME). */
  readonly soname?: string;
  /** Names of the libraries it is linked to (DT_NEEDED), in the file's order. */
  readonly needed: readonly string[];
  /** The file names a program interpreter: it is a dynamically linked program. */
  readonly hasInterpreter: boolean;
  /** Its path. */
  readonly interpreter?: string;
  /** The note that glibc's start-up code leaves in every program (NT_GNU_ABI_TAG). */
  readonly hasAbiTag: boolean;
  /** ET_EXEC or ET_DYN; relocatable objects and core files are neither. */
  readonly type: "executable" | "shared" | "other";
}

// elf(5): the constants used here.
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const NT_GNU_ABI_TAG = 1;
const NT_GNU_BUILD_ID = 3;
const DT_NULL = 0n;
const DT_NEEDED = 1n;
const DT_STRTAB = 5n;
const DT_SONAME = 14n;

/** Larger tables than any linker writes: a hostile header must not make us read the whole disk. */
const LARGEST_TABLE = 16 * 1024 * 1024;
const LARGEST_NAME = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

interface Header {
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly type: number;
  readonly segments: readonly Segment[];
}

/** Reads at most `length` bytes; a file that ends earlier gives fewer. */
async function readAt(file: FileHandle, offset: number, length: number): Promise<DataView> {
  const wanted = Math.max(0, Math.min(length, LARGEST_TABLE));
  const buffer = Buffer.alloc(wanted);
  const { bytesRead } = await file.read(buffer, 0, wanted, offset);
  return new DataView(buffer.buffer, buffer.byteOffset, bytesRead);
}

function readWord(view: DataView, offset: number, header: Pick<Header, "is64" | "littleEndian">): bigint {
  return header.is64
    ? view.getBigUint64(offset, header.littleEndian)
    : BigInt(view.getUint32(offset, header.littleEndian));
}

function readSegment(view: DataView, start: number, is64: boolean, littleEndian: boolean): Segment {
  const format = { is64, littleEndian };
  const word = (offset: number): bigint => readWord(view, start + offset, format);
  return {
    type: view.getUint32(start, littleEndian),
    offset: Number(word(is64 ? 8 : 4)),
    address: word(is64 ? 16 : 8),
    size: Number(word(is64 ? 32 : 16)),
  };
}

async function readHeader(file: FileHandle): Promise<Header | undefined> {
  const view = await readAt(file, 0, 64);
  if (view.byteLength < 52 || view.getUint32(0) !== 0x7f454c46) {
    return undefined;
  }
  const is64 = view.getUint8(4) === 2;
  const littleEndian = view.getUint8(5) === 1;
  if (is64 && view.byteLength < 64) {
    return undefined;
  }
  const tableOffset = Number(readWord(view, is64 ? 32 : 28, { is64, littleEndian }));
  const entrySize = view.getUint16(is64 ? 54 : 42, littleEndian);
  const entries = view.getUint16(is64 ? 56 : 44, littleEndian);
  const table = await readAt(file, tableOffset, entrySize * entries);
  const segments: Segment[] = [];
  const smallestEntry = is64 ? 56 : 32;
  for (let index = 0; index < entries && entrySize >= smallestEntry; index++) {
    const start = index * entrySize;
    if (start + smallestEntry <= table.byteLength) {
      segments.push(readSegment(table, start, is64, littleEndian));
    }
  }
  return { is64, littleEndian, type: view.getUint16(16, littleEndian), segments };
}

/** The description of a note of GNU's in a note segment, in hexadecimal: name size, description size, type, then both padded to four bytes. */
function findGnuNote(notes: DataView, wanted: number, littleEndian: boolean): string | undefined {
  let offset = 0;
  while (offset + 12 <= notes.byteLength) {
    const nameSize = notes.getUint32(offset, littleEndian);
    const descriptionSize = notes.getUint32(offset + 4, littleEndian);
    const type = notes.getUint32(offset + 8, littleEndian);
    const description = offset + 12 + Math.ceil(nameSize / 4) * 4;
    const next = description + Math.ceil(descriptionSize / 4) * 4;
    if (description + descriptionSize > notes.byteLength) {
      return undefined;
    }
    const bytes = Buffer.from(notes.buffer, notes.byteOffset, notes.byteLength);
    if (type === wanted && bytes.toString("latin1", offset + 12, offset + 12 + nameSize) === "GNU\0") {
      return bytes.toString("hex", description, description + descriptionSize);
    }
    offset = next;
  }
  return undefined;
}

async function readName(file: FileHandle, offset: number): Promise<string> {
  const view = await readAt(file, offset, LARGEST_NAME);
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
}

interface DynamicEntries {
  readonly needed: readonly bigint[];
  readonly soname?: bigint;
  readonly stringTable?: bigint;
}

function parseDynamic(view: DataView, header: Header): DynamicEntries {
  const wordSize = header.is64 ? 8 : 4;
  const needed: bigint[] = [];
  let soname: bigint | undefined;
  let stringTable: bigint | undefined;
  for (let offset = 0; offset + 2 * wordSize <= view.byteLength; offset += 2 * wordSize) {
    const tag = readWord(view, offset, header);
    const value = readWord(view, offset + wordSize, header);
    if (tag === DT_NULL) {
      break;
    }
    if (tag === DT_NEEDED) {
      needed.push(value);
    } else if (tag === DT_SONAME) {
      soname = value;
    } else if (tag === DT_STRTAB) {
      stringTable = value;
    }
  }
  return { needed, ...(soname !== undefined && { soname }), ...(stringTable !== undefined && { stringTable }) };
}

/** The place in the file of an address of the loaded program. */
function toFileOffset(address: bigint, segments: readonly Segment[]): number | undefined {
  const segment = segments.find(
    ({ type, address: start, size }) => type === PT_LOAD && address >= start && address < start + BigInt(size),
  );
  return segment && segment.offset + Number(address - segment.address);
}

async function readLinkage(file: FileHandle, header: Header): Promise<Pick<ElfIdentity, "needed" | "soname">> {
  const dynamic = header.segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) {
    return { needed: [] };
  }
  const entries = parseDynamic(await readAt(file, dynamic.offset, dynamic.size), header);
  const strings = entries.stringTable && toFileOffset(entries.stringTable, header.segments);
  if (strings === undefined || typeof strings === "bigint") {
    return { needed: [] };
  }
  const needed: string[] = [];
  for (const offset of entries.needed) {
    needed.push(await readName(file, strings + Number(offset)));
  }
  return {
    needed,
    ...(entries.soname !== undefined && { soname: await readName(file, strings + Number(entries.soname)) }),
  };
}

function toElfType(type: number): ElfIdentity["type"] {
  return type === 2 ? "executable" : type === 3 ? "shared" : "other";
}

/**
 * Reads the identity of an ELF file of any word size and byte order (elf(5)).
 * Returns undefined for a file that is not ELF. Throws the file system's error when it cannot be read.
 */
export async function readElfIdentity(path: string): Promise<ElfIdentity | undefined> {
  const file = await open(path, "r");
  try {
    const header = await readHeader(file);
    if (header === undefined) {
      return undefined;
    }
    let buildId: string | undefined;
    let hasAbiTag = false;
    for (const segment of header.segments.filter(({ type }) => type === PT_NOTE)) {
      const notes = await readAt(file, segment.offset, segment.size);
      buildId ??= findGnuNote(notes, NT_GNU_BUILD_ID, header.littleEndian);
      hasAbiTag ||= findGnuNote(notes, NT_GNU_ABI_TAG, header.littleEndian) !== undefined;
    }
    const interpreter = header.segments.find(({ type }) => type === PT_INTERP);
    return {
      ...(buildId !== undefined && { buildId }),
      ...(await readLinkage(file, header)),
      hasInterpreter: interpreter !== undefined,
      ...(interpreter !== undefined && { interpreter: await readName(file, interpreter.offset) }),
      hasAbiTag,
      type: toElfType(header.type),
    };
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file in hexadecimal. Throws the file system's error when it cannot be read. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
