// SPDX-License-Identifier: GPL-3.0-or-later
// A request to a server that may be broken or hostile: it has a limited time and a limited size, and goes nowhere else.
import { InterruptedError } from "../errors.js";
import { ServerError } from "./remote-errors.js";

/** What came back. */
export interface LimitedReply {
  readonly status: number;
  readonly text: string;
  /** Of Retry-After, in seconds; undefined where there is none or it is no number. */
  readonly retryAfter: number | undefined;
}

/** What is asked. */
export interface LimitedRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly largestBytes: number;
  /** For everything together. */
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

function wordsOf(error: unknown): string {
  const { cause, message } = error as Error;
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner instanceof Error && inner.message !== "" ? inner.message : message;
}

async function readBody({ body }: Response, { url, largestBytes }: LimitedRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // What was compressed is counted as it becomes; leaving the loop ends the connection.
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > largestBytes) {
      throw new ServerError(`${url.origin}: the reply has more than ${largestBytes} bytes; no such reply is that long`);
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new ServerError(`${url.origin}: the reply is not UTF-8`, { cause });
  }
}

function readRetryAfter({ headers }: Response): number | undefined {
  const text = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

async function request(wanted: LimitedRequest, signal: AbortSignal): Promise<LimitedReply> {
  const { url, method, headers, body } = wanted;
  const response = await fetch(url, {
    method,
    headers,
    signal,
    // Where a server sends us could be anywhere, and would get the token.
    redirect: "manual",
    ...(body !== undefined && { body }),
  });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    const target = JSON.stringify((response.headers.get("location") ?? "").slice(0, 100));
    throw new ServerError(
      `${url.origin}: sends us to ${target}, where we do not go; give the URL of the server itself`,
    );
  }
  return { status: response.status, text: await readBody(response, wanted), retryAfter: readRetryAfter(response) };
}

/** Makes a request. Throws ServerError: not reachable, no reply in time, too long, a redirection; InterruptedError with the signal. */
export async function fetchLimited(wanted: LimitedRequest): Promise<LimitedReply> {
  const { url, timeoutMilliseconds, signal } = wanted;
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  try {
    return await request(wanted, AbortSignal.any([signal, timeout]));
  } catch (cause) {
    if (signal.aborted) {
      throw new InterruptedError("interrupted", { cause });
    }
    if (cause instanceof ServerError) {
      throw cause;
    }
    throw timeout.aborted
      ? new ServerError(`${url.origin}: no whole reply in ${timeoutMilliseconds / 1000} s`, { cause })
      : new ServerError(`${url.origin}: cannot be asked: ${wordsOf(cause)}`, { cause });
  }
}
