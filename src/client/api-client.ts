// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout } from "node:timers/promises";
import type { z } from "zod";
import {
  API_PREFIX,
  failure,
  type MeasurementReply,
  measurementPage,
  type SubmissionReply,
  submission,
  type UsageReply,
  usage,
} from "../api/schemas.js";
import { InterruptedError } from "../errors.js";
import { LARGEST_MANIFEST_BYTES } from "../manifest/read-manifest.js";
import { VERSION } from "../version.js";
import { fetchLimited, type LimitedReply, type LimitedRequest } from "./fetch-limited.js";
import { NotAllowedError, ServerError } from "./remote-errors.js";

/** How patient a client is. */
export interface ClientPatience {
  /** For one request with its whole reply, in milliseconds. */
  readonly timeoutMilliseconds: number;
  /** How often the same request is made. */
  readonly attempts: number;
  /** The longest pause that a server may ask for, in seconds. */
  readonly longestPauseSeconds: number;
}

export const DEFAULT_PATIENCE: ClientPatience = { timeoutMilliseconds: 60_000, attempts: 5, longestPauseSeconds: 120 };

/** Too many requests, and a server that cannot work at the moment: both may say when to come again. */
const COME_AGAIN: readonly number[] = [429, 503];
/** Pages of measurements of one version of a package; nobody measures it more often. */
const MOST_PAGES = 10;

/** What a server says of a manifest. */
export type SubmissionResult =
  | { readonly kind: "taken"; readonly reply: SubmissionReply }
  | { readonly kind: "refused"; readonly sentence: string };

/** Which measurements of a package. */
export interface MeasurementQuery {
  readonly version?: string;
  readonly architecture?: string;
  readonly workload?: MeasurementReply["workload"];
  readonly outcome?: MeasurementReply["outcome"];
}

type Question = Pick<LimitedRequest, "method" | "body" | "headers"> & { readonly path: string };

/** The words of a server, so that they are one short line: they are shown to a person. */
function readSentence({ text, status }: LimitedReply): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `status ${status}`;
  }
  const parsed = failure.safeParse(value);
  return parsed.success ? parsed.data.error.replace(/[\p{C}\p{Z}]+/gu, " ").slice(0, 500) : `status ${status}`;
}

/** Asks a server of a usage database. Nothing that it says is believed before it has been checked. */
export class ApiClient {
  constructor(
    readonly server: URL,
    private readonly signal: AbortSignal,
    private readonly patience: ClientPatience = DEFAULT_PATIENCE,
  ) {}

  /** What a package needs; undefined where the server does not know it. Throws ServerError. */
  async readUsage(
    name: string,
    query: Pick<MeasurementQuery, "version" | "architecture">,
  ): Promise<UsageReply | undefined> {
    return this.#read(`packages/${encodeURIComponent(name)}/usage`, query, usage);
  }

  /** Measurements of a package; none where the server does not know any. Throws ServerError. */
  async listMeasurements(name: string, query: MeasurementQuery): Promise<readonly MeasurementReply[]> {
    const found: MeasurementReply[] = [];
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const path = `packages/${encodeURIComponent(name)}/measurements`;
      const reply = await this.#read(path, { ...query, ...(after !== undefined && { after }) }, measurementPage);
      found.push(...(reply?.measurements ?? []));
      if (reply === undefined || reply.next === null) {
        return found;
      }
      after = reply.next;
    }
    return found;
  }

  /** The text of a manifest, as the server sends it. Throws ServerError, also where it is not there. */
  async readManifestText(measurement: string): Promise<string> {
    const path = `measurements/${measurement}/manifest`;
    const reply = await this.#ask({ method: "GET", path, headers: {} });
    if (reply.status !== 200) {
      throw this.#refused(reply);
    }
    return reply.text;
  }

  /** Sends a manifest. Throws ServerError, and NotAllowedError where the server takes nothing from us. */
  async submit(manifest: string, token: string): Promise<SubmissionResult> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const reply = await this.#ask({ method: "POST", path: "manifests", body: manifest, headers });
    switch (reply.status) {
      case 200:
      case 201:
        return { kind: "taken", reply: this.#parse(reply, submission) };
      case 413:
      case 422:
        return { kind: "refused", sentence: readSentence(reply) };
      case 401:
      case 403:
        throw new NotAllowedError(`${this.server.href}: ${readSentence(reply)}`);
      default:
        throw this.#refused(reply);
    }
  }

  async #read<Schema extends z.ZodType>(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    schema: Schema,
  ): Promise<z.infer<Schema> | undefined> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const words = new URLSearchParams(given).toString();
    const reply = await this.#ask({ method: "GET", path: words === "" ? path : `${path}?${words}`, headers: {} });
    if (reply.status === 404 && this.#isFailure(reply)) {
      return undefined;
    }
    if (reply.status !== 200) {
      throw this.#refused(reply);
    }
    return this.#parse(reply, schema);
  }

  /** Some other server has no such page, either, but says so in its own words. */
  #isFailure({ text }: LimitedReply): boolean {
    try {
      return failure.safeParse(JSON.parse(text)).success;
    } catch {
      return false;
    }
  }

  async #ask({ path, headers, ...question }: Question): Promise<LimitedReply> {
    const { timeoutMilliseconds, attempts, longestPauseSeconds } = this.patience;
    for (let attempt = 1; ; attempt++) {
      const reply = await fetchLimited({
        ...question,
        url: new URL(`${API_PREFIX.slice(1)}/${path}`, this.server),
        headers: { ...headers, accept: "application/json", "user-agent": `loupe/${VERSION}` },
        largestBytes: LARGEST_MANIFEST_BYTES,
        timeoutMilliseconds,
        signal: this.signal,
      });
      const { retryAfter = Number.POSITIVE_INFINITY } = reply;
      if (!COME_AGAIN.includes(reply.status) || attempt >= attempts || retryAfter > longestPauseSeconds) {
        return reply;
      }
      await setTimeout(retryAfter * 1000, undefined, { signal: this.signal }).catch((cause) => {
        throw new InterruptedError("interrupted", { cause });
      });
    }
  }

  #refused(reply: LimitedReply): ServerError {
    return new ServerError(`${this.server.href}: ${readSentence(reply)}`);
  }

  #parse<Schema extends z.ZodType>({ text }: LimitedReply, schema: Schema): z.infer<Schema> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new ServerError(`${this.server.href}: the reply is not JSON; is this a server of loupe serve?`, { cause });
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.map(String).join(".") ?? "";
      throw new ServerError(
        `${this.server.href}: the reply is not of the form that it should have (at ${JSON.stringify(where)})`,
        { cause: parsed.error },
      );
    }
    return parsed.data;
  }
}
