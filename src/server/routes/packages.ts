// SPDX-License-Identifier: GPL-3.0-or-later
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  API_PREFIX,
  failure,
  type MeasurementReply,
  measurementPage,
  outcome,
  packagePage,
  usage,
  workloadKind,
} from "../../api/schemas.js";
import type { MeasurementSummary } from "../../database/queries.js";
import { pickDefined } from "../pick-defined.js";
import { Refusal } from "../replies.js";
import type { ServerContext } from "../server-context.js";
import { asked, failures, page } from "./parameters.js";

const ofPackage = z.object({ package: asked });

const choice = {
  version: asked.optional(),
  architecture: asked.optional().describe("as Debian names it"),
  workload: workloadKind.optional(),
};

/** "all" is the store's own word for all of them, which are more than one reply should have. */
const oneVersion = asked.refine((version) => version !== "all", "name one version").optional();

const unknownPackage = { 404: failure.describe("nothing is known of such a package") };

function refuseUnknown(name: string): Refusal {
  return new Refusal(404, `nothing is known of ${JSON.stringify(name.slice(0, 100))} in what was asked for`);
}

function toReply(summary: MeasurementSummary): MeasurementReply {
  const { measurement, package: name, origin, version, architecture, workload, command, outcome: came } = summary;
  return {
    ...{ measurement, package: name, origin, version, architecture, workload, command, outcome: came },
    reason: summary.reason,
    testFormat: summary.test_format,
    testsPassed: summary.tests_passed,
    durationSeconds: summary.duration_seconds,
    kernel: summary.kernel,
    tool: summary.tool,
    libc: summary.libc,
    strategy: summary.strategy,
    replicas: summary.replicas,
    runs: summary.runs,
  };
}

/** Which packages there are, and what is known of each. */
export function addPackages(app: FastifyInstance, { store }: ServerContext): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get(
    `${API_PREFIX}/packages`,
    {
      schema: {
        summary: "The packages that were measured, by name",
        tags: ["packages"],
        querystring: z.object(page),
        response: { ...failures, 200: packagePage },
      },
    },
    async ({ query }) => {
      const { entries, next = null } = await store.pagePackages({ limit: query.limit, ...pickDefined(query) });
      return { packages: [...entries], next };
    },
  );
  typed.get(
    `${API_PREFIX}/packages/:package/measurements`,
    {
      schema: {
        summary: "The measurements of a package, by identifier",
        tags: ["packages"],
        params: ofPackage,
        querystring: z.object({ ...choice, outcome: outcome.optional(), ...page }),
        response: { ...failures, ...unknownPackage, 200: measurementPage },
      },
    },
    async ({ params, query: { after, limit, ...filter } }) => {
      const { entries, next = null } = await store.pageMeasurements(
        { ...params, ...pickDefined(filter) },
        { limit, ...pickDefined({ after }) },
      );
      if (entries.length === 0 && after === undefined) {
        throw refuseUnknown(params.package);
      }
      return { package: params.package, measurements: entries.map(toReply), next };
    },
  );
  typed.get(
    `${API_PREFIX}/packages/:package/usage`,
    {
      schema: {
        summary: "Which features a package needs, by all of its measurements: in the newest version, or the one named",
        tags: ["packages"],
        params: ofPackage,
        querystring: z.object({ ...choice, version: oneVersion }),
        response: { ...failures, ...unknownPackage, 200: usage },
      },
    },
    async ({ params, query }) => {
      const packages = await store.readPackages({ packages: [params.package], ...pickDefined(query) });
      if (packages.length === 0) {
        throw refuseUnknown(params.package);
      }
      return { packages: packages.map((found) => ({ ...found, features: [...found.features] })) };
    },
  );
}
