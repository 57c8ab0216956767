// SPDX-License-Identifier: GPL-3.0-or-later
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance, type FastifySchemaCompiler } from "fastify";
import { jsonSchemaTransform, validatorCompiler } from "fastify-type-provider-zod";
import { VERSION } from "../version.js";
import { formatAccess } from "./access-log.js";
import { makeRateLimits } from "./rate-limits.js";
import { Refusal, replyWithError } from "./replies.js";
import { setCacheHeaders, setSafetyHeaders } from "./reply-headers.js";
import { addFeatures } from "./routes/features.js";
import { addHealth } from "./routes/health.js";
import { addMeasurements } from "./routes/measurements.js";
import { addPackages } from "./routes/packages.js";
import { addSubmissions } from "./routes/submissions.js";
import type { ServerContext } from "./server-context.js";
import type { ServerSettings } from "./settings.js";

/** How often node looks for requests that take too long, in milliseconds. */
const LONGEST_CHECK_INTERVAL = 5_000;
const LONGEST_PARAMETER = 1024;

/** Who hears of requests, and of what whoever runs the server has to know. */
export interface ServerLog {
  readonly access: (line: string) => void;
  readonly trouble: (words: string) => void;
}

/** Parameters are checked by their schemas; a manifest is checked by the route itself, which says more about what is wrong. */
const checkParameters: FastifySchemaCompiler<never> = (route) =>
  route.httpPart === "body" ? (body: unknown) => ({ value: body }) : validatorCompiler(route);

async function addDescription(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Loupe usage database",
        description: "Which operating-system features the programs of packages really need",
        version: VERSION,
        license: { name: "GPL-3.0-or-later", identifier: "GPL-3.0-or-later" },
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transform: jsonSchemaTransform,
  });
  // Relative to where the description itself is: the server may be behind a path of a proxy.
  const servers = [{ url: "." }];
  app.get("/openapi.json", { schema: { hide: true } }, async () => ({ ...app.swagger(), servers }));
}

function addLimits(app: FastifyInstance, settings: ServerSettings): Pick<ServerContext, "countSubmission"> {
  const { byAddress, byToken } = makeRateLimits(app, settings.limits);
  app.addHook("onRequest", byAddress);
  return { countSubmission: byToken };
}

function addReplies(app: FastifyInstance, log: ServerLog): void {
  app.decorateRequest("submitter", undefined);
  app.addHook("onRequest", async (request, reply) => setSafetyHeaders(request, reply));
  app.addHook("onSend", async (request, reply, body) => setCacheHeaders(request, reply, body));
  let stopping = false;
  app.addHook("preClose", async () => {
    stopping = true;
  });
  app.addHook("onSend", async (_request, reply, body) => {
    // A connection that stayed open would be waited for.
    if (stopping) {
      reply.header("connection", "close");
    }
    return body;
  });
  app.addHook("onResponse", async (request, reply) => log.access(formatAccess(request, reply)));
  app.setErrorHandler((error, _request, reply) => replyWithError(error, reply, log.trouble));
  app.setNotFoundHandler(({ method }) => {
    throw new Refusal(404, `there is nothing here for ${method}; /openapi.json says what there is`, {
      ...(method !== "GET" && method !== "HEAD" && { connection: "close" }),
    });
  });
}

/** Puts the server together; it does not listen yet. */
export async function buildApp(
  { store, desk }: Pick<ServerContext, "store" | "desk">,
  settings: ServerSettings,
  log: ServerLog,
): Promise<FastifyInstance> {
  const { timeouts, limits, trustedProxies } = settings;
  const app = fastify({
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: limits.largestManifestBytes,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.idle,
    keepAliveTimeout: timeouts.headers,
    handlerTimeout: timeouts.handler,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    http: {
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: Math.min(LONGEST_CHECK_INTERVAL, timeouts.headers / 2),
    },
    clientErrorHandler: refuseBrokenRequest,
    // Of addresses that are none, before any hook.
    frameworkErrors: (error, request, reply) => {
      setSafetyHeaders(request, reply);
      replyWithError(error, reply, log.trouble);
    },
  });
  app.server.maxConnections = limits.connections;
  app.setValidatorCompiler(checkParameters);
  app.setSerializerCompiler(() => JSON.stringify);
  addReplies(app, log);
  await app.register(rateLimit, { global: false, ipv6Subnet: 64 });
  const context: ServerContext = { store, desk, limits, ...addLimits(app, settings) };
  await addDescription(app);
  addHealth(app, context);
  addPackages(app, context);
  addMeasurements(app, context);
  addFeatures(app, context);
  addSubmissions(app, context);
  return app;
}

/** What is no HTTP, or did not come in time, gets a status and the end of its connection. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: import("node:net").Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? "408 Request Timeout"
      : error.code === "HPE_HEADER_OVERFLOW"
        ? "431 Request Header Fields Too Large"
        : "400 Bad Request";
  const body = `${JSON.stringify({ error: `the request is broken or took too long (${status})` })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
