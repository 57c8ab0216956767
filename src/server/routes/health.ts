// SPDX-License-Identifier: GPL-3.0-or-later

import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { API_PREFIX, health } from "../../api/schemas.js";
import { VERSION } from "../../version.js";
import type { ServerContext } from "../server-context.js";
import { failures } from "./parameters.js";

/** Whether the server can do its work. */
export function addHealth(app: FastifyInstance, { store, desk }: ServerContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    `${API_PREFIX}/health`,
    {
      schema: {
        summary: "Whether the database can be read",
        tags: ["server"],
        response: { ...failures, 200: health },
      },
    },
    async (_request, reply) => {
      await store.pagePackages({ limit: 1 });
      reply.header("cache-control", "no-store");
      return { status: "ok" as const, version: VERSION, submissions: desk !== undefined };
    },
  );
}
