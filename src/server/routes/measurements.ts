// SPDX-License-Identifier: GPL-3.0-or-later
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { API_PREFIX, failure, measurementName } from "../../api/schemas.js";
import { manifestShape } from "../../manifest/schema.js";
import { Refusal } from "../replies.js";
import { NEVER_CHANGES } from "../reply-headers.js";
import type { ServerContext } from "../server-context.js";
import { failures } from "./parameters.js";

/** Manifests as they were merged. */
export function addMeasurements(app: FastifyInstance, { store }: ServerContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    `${API_PREFIX}/measurements/:measurement/manifest`,
    {
      schema: {
        summary: "The manifest of a measurement, byte for byte as it was merged",
        tags: ["measurements"],
        params: z.object({ measurement: measurementName }),
        response: {
          ...failures,
          404: failure.describe("there is no such measurement, or it did not come as a manifest"),
          200: manifestShape,
        },
      },
    },
    async ({ params: { measurement } }, reply) => {
      const [summary] = await store.listMeasurements({ measurement });
      const text = summary?.origin === "loupedb" ? undefined : await store.readDocument(measurement);
      if (text === undefined) {
        throw new Refusal(404, `there is no manifest ${measurement}`);
      }
      reply.header("cache-control", NEVER_CHANGES).type("application/json; charset=utf-8");
      // A text is sent as it is.
      return reply.serializer((body: unknown) => body as string).send(text as never);
    },
  );
}
