// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, stat } from "node:fs/promises";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";

/** Readable or writable for others than owner and group. */
const OTHERS = 0o007;
const LARGEST_FILE_BYTES = 4096;
/** RFC 6750, 2.1. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

async function readTokenFile(file: string): Promise<string> {
  try {
    const status = await stat(file);
    if (!status.isFile() || status.size > LARGEST_FILE_BYTES) {
      throw new UsageError(`--token-file ${file}: not a file with a token in it`);
    }
    if ((status.mode & OTHERS) !== 0) {
      throw new UsageError(`--token-file ${file}: everybody may read the token; "chmod 600 ${file}"`);
    }
    return await readFile(file, "utf8");
  } catch (cause) {
    throw cause instanceof UsageError
      ? cause
      : new UsageError(`--token-file ${file}: cannot be read: ${describeCause(cause)}`, { cause });
  }
}

/**
 * The token of a file, or that of LOUPE_TOKEN: never of the command line, which others on the machine see. Throws UsageError, which does
 * not show it.
 */
export async function readToken(file: string | undefined): Promise<string> {
  const text = file === undefined ? (process.env.LOUPE_TOKEN ?? "") : await readTokenFile(file);
  const token = text.trim();
  const from = file === undefined ? "the variable LOUPE_TOKEN" : `--token-file ${file}`;
  if (token === "") {
    throw new UsageError(
      file === undefined
        ? "which token? give --token-file FILE, or set the variable LOUPE_TOKEN; whoever runs the server makes one"
        : `${from}: there is no token in it`,
    );
  }
  if (!TOKEN.test(token)) {
    throw new UsageError(`${from}: not a token, which has letters and digits, "-" and "_", and nothing between them`);
  }
  return token;
}
