// SPDX-License-Identifier: GPL-3.0-or-later
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { API_PREFIX, failure, submission } from "../../api/schemas.js";
import { describeManifest } from "../../database/manifest-measurement.js";
import { identify, type Measurement } from "../../database/measurement.js";
import type { MergeResult } from "../../database/merge-measurement.js";
import { UsageError } from "../../errors.js";
import { parseManifest } from "../../manifest/read-manifest.js";
import { manifestShape } from "../../manifest/schema.js";
import { checkAcceptable } from "../acceptable.js";
import { Refusal } from "../replies.js";
import type { ServerContext, SubmissionDesk } from "../server-context.js";
import { TokenFileError } from "../tokens.js";
import { failures } from "./parameters.js";

/** Whoever is refused before the body came need not send it. */
const CLOSE = { connection: "close" };

function requireDesk(desk: SubmissionDesk | undefined): SubmissionDesk {
  if (desk === undefined) {
    throw new Refusal(403, "this server takes no manifests", CLOSE);
  }
  return desk;
}

/** RFC 6750, 2.1. */
function readToken({ headers }: FastifyRequest): string {
  const token = /^Bearer +(?<token>[A-Za-z0-9._~+/-]+=*)$/i.exec(headers.authorization ?? "")?.groups?.token;
  if (token === undefined) {
    throw new Refusal(401, "a manifest is submitted with a token: Authorization: Bearer TOKEN", {
      ...CLOSE,
      "www-authenticate": "Bearer",
    });
  }
  return token;
}

async function findSubmitter({ tokens }: SubmissionDesk, token: string): Promise<string> {
  const name = await tokens.find(token).catch((cause: unknown) => {
    if (!(cause instanceof TokenFileError)) {
      throw cause;
    }
    const sentence = "no manifests can be taken at the moment; whoever runs this server finds out why in its log";
    throw new Refusal(503, sentence, { ...CLOSE, "retry-after": "300" }, { cause });
  });
  if (name === undefined) {
    throw new Refusal(401, "this server does not know the token", {
      ...CLOSE,
      "www-authenticate": 'Bearer error="invalid_token"',
    });
  }
  return name;
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new UsageError("the manifest is not UTF-8", { cause });
  }
}

/** Checks a manifest as `loupe db merge` does, and also what it names. Throws Refusal with the sentence. */
function readMeasurement(body: Buffer): Measurement {
  try {
    const manifest = parseManifest(decode(body), "the manifest");
    checkAcceptable(manifest);
    return describeManifest(manifest);
  } catch (cause) {
    throw cause instanceof UsageError ? new Refusal(422, cause.message, {}, { cause }) : cause;
  }
}

/** Merges a manifest. The bytes of one that was merged need no more looking at. */
async function merge({ store }: SubmissionDesk, body: Buffer): Promise<{ name: string; result: MergeResult }> {
  const known = identify(body);
  if (await store.hasMeasurement(known)) {
    return { name: known, result: "unchanged" };
  }
  const measurement = readMeasurement(body);
  return { name: measurement.summary.measurement, result: await store.mergeMeasurement(measurement) };
}

/** Refuses what would have to be unpacked first: nobody knows how much it would become. */
function requirePlain({ headers }: FastifyRequest): void {
  if (headers["content-encoding"] !== undefined) {
    throw new Refusal(415, "a manifest is sent as it is, without a Content-Encoding", CLOSE);
  }
}

/** Takes manifests. */
export function addSubmissions(app: FastifyInstance, { desk, limits, countSubmission }: ServerContext): void {
  const authorize = async (request: FastifyRequest): Promise<void> => {
    request.submitter = await findSubmitter(requireDesk(desk), readToken(request));
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.withTypeProvider<ZodTypeProvider>().post(
    `${API_PREFIX}/manifests`,
    {
      onRequest: [authorize, countSubmission, async (request) => requirePlain(request)],
      bodyLimit: limits.largestManifestBytes,
      schema: {
        summary: "Merges a manifest; one that is there is left as it is",
        tags: ["measurements"],
        security: [{ token: [] }],
        body: manifestShape,
        response: {
          ...failures,
          200: submission.describe("the database had this very manifest"),
          201: submission.describe("it was merged"),
          401: failure.describe("there is no token, or the server does not know it"),
          403: failure.describe("the server takes no manifests"),
          408: failure.describe("the request did not come in time"),
          413: failure.describe("the manifest is too large"),
          415: failure.describe("it is not sent as application/json, or compressed"),
          422: failure.describe("it is no manifest, or names what cannot be"),
        },
      },
    },
    async (request, reply) => {
      const body: unknown = request.body;
      const { name, result } = await merge(requireDesk(desk), Buffer.isBuffer(body) ? body : Buffer.alloc(0));
      reply.code(result === "added" ? 201 : 200);
      reply.header("location", `${API_PREFIX}/measurements/${name}/manifest`).header("cache-control", "no-store");
      return { result, measurement: name };
    },
  );
}
