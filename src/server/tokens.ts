// SPDX-License-Identifier: GPL-3.0-or-later
// Who may submit manifests. A token is 256 random bits, so that its SHA-256 tells nothing about it and need not be slow.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError, UsageError } from "../errors.js";

const PREFIX = "loupe_";
const TOKEN_BYTES = 32;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const LINE = /^(?<name>\S+) (?<digest>[0-9a-f]{64})$/;
const LARGEST_FILE_BYTES = 1024 * 1024;
/** Written by the group, or anything by others. */
const FORBIDDEN_MODE = 0o027;

/** A file of tokens that cannot be used. */
export class TokenFileError extends UsageError {
  override readonly name = "TokenFileError";
}

interface KnownToken {
  readonly name: string;
  readonly digest: Buffer;
}

/** A version of a file: what tells whether it has been changed. */
type Version = string;

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function parseTokens(file: string, text: string): readonly KnownToken[] {
  const tokens: KnownToken[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) {
      continue;
    }
    const { name = "", digest = "" } = LINE.exec(line.trimEnd())?.groups ?? {};
    if (!NAME.test(name)) {
      throw new TokenFileError(
        `${file}:${index + 1}: not a name and the SHA-256 of a token; "loupe serve token NAME" writes such lines`,
      );
    }
    if (tokens.some((token) => token.name === name)) {
      throw new TokenFileError(`${file}:${index + 1}: ${name} is there twice; remove one of the lines`);
    }
    tokens.push({ name, digest: Buffer.from(digest, "hex") });
  }
  return tokens;
}

async function openTokenFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (cause) {
    throw new TokenFileError(
      `${file}: cannot be read: ${describeCause(cause)}; "loupe serve token NAME --token-file ${file}" makes it`,
      { cause },
    );
  }
}

/** Throws TokenFileError where others could add tokens to the file, or read it. */
async function requireSafe(file: string, handle: FileHandle): Promise<Version> {
  const status = await handle.stat();
  const { mode, uid, size, mtimeMs, ctimeMs, ino } = status;
  if (!status.isFile() || size > LARGEST_FILE_BYTES) {
    throw new TokenFileError(`${file}: not a regular file of at most ${LARGEST_FILE_BYTES} bytes`);
  }
  if (uid !== process.getuid?.() && uid !== 0) {
    throw new TokenFileError(`${file}: belongs to another user, who could add tokens; it has to be our own, or root's`);
  }
  if ((mode & FORBIDDEN_MODE) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, "0");
    throw new TokenFileError(`${file}: its mode is ${shown}, others may read or change it; "chmod 600 ${file}"`);
  }
  return [ino, size, mtimeMs, ctimeMs].join(" ");
}

/** The tokens of a file. A change of the file counts from the next submission on: to take a token back, remove its line. */
export class TokenFile {
  #version: Version = "";
  #tokens: readonly KnownToken[] = [];

  private constructor(readonly file: string) {}

  /** Throws TokenFileError: it cannot be read, others can change it, or it is not a file of tokens. */
  static async open(file: string): Promise<TokenFile> {
    const tokens = new TokenFile(file);
    await tokens.#refresh();
    return tokens;
  }

  get count(): number {
    return this.#tokens.length;
  }

  /** The name of a token, undefined for one that is none. Takes as long for each token. Throws TokenFileError as `open` does. */
  async find(token: string): Promise<string | undefined> {
    await this.#refresh();
    const digest = digestOf(token);
    let found: string | undefined;
    for (const known of this.#tokens) {
      if (timingSafeEqual(known.digest, digest)) {
        found = known.name;
      }
    }
    return found;
  }

  async #refresh(): Promise<void> {
    const handle = await openTokenFile(this.file);
    try {
      const version = await requireSafe(this.file, handle);
      if (version !== this.#version) {
        this.#tokens = parseTokens(this.file, await handle.readFile("utf8"));
        this.#version = version;
      }
    } finally {
      await handle.close();
    }
  }
}

async function refuseKnown(file: string, name: string): Promise<{ readonly endsInLine: boolean }> {
  const handle = await openTokenFile(file);
  try {
    await requireSafe(file, handle);
    const text = await handle.readFile("utf8");
    if (parseTokens(file, text).some((token) => token.name === name)) {
      throw new UsageError(`${file}: has a token of ${name}; remove its line first, which ends that token`);
    }
    return { endsInLine: text === "" || text.endsWith("\n") };
  } finally {
    await handle.close();
  }
}

/**
 * Makes a token, adds its name and SHA-256 to a file, which is made where there is none, and returns it: it is nowhere else. Throws
 * UsageError for a name that cannot be one or is there, EnvironmentError where the file cannot be written.
 */
export async function addToken(file: string, name: string): Promise<string> {
  if (!NAME.test(name)) {
    throw new UsageError(`${JSON.stringify(name)}: a name has letters, digits and ".", "_", "@", "-", at most 64`);
  }
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  try {
    // Only ever added to: two who do so at the same time lose nothing.
    const handle = await open(file, "a", 0o600);
    try {
      const { endsInLine } = await refuseKnown(file, name);
      await handle.appendFile(`${endsInLine ? "" : "\n"}${name} ${digestOf(token).toString("hex")}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === undefined ? cause : new EnvironmentError(`cannot write ${file}: ${describeCause(cause)}`, { cause });
  }
  return token;
}
