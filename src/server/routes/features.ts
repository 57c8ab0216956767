// SPDX-License-Identifier: GPL-3.0-or-later
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  API_PREFIX,
  featureKind,
  featureUserPage,
  importance,
  searchResult,
  verdict,
  workloadKind,
} from "../../api/schemas.js";
import { pickDefined } from "../pick-defined.js";
import type { ServerContext } from "../server-context.js";
import { asked, failures, page } from "./parameters.js";

/** How many packages and how many features a search shows. */
const SEARCH_RESULTS = 50;
const LONGEST_SEARCH = 100;

function addImportance(app: FastifyInstance, { store }: ServerContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    `${API_PREFIX}/importance`,
    {
      schema: {
        summary: "How many packages use and need each feature, in their newest versions",
        tags: ["features"],
        querystring: z.object({ workload: workloadKind.default("suite") }),
        response: { ...failures, 200: importance },
      },
    },
    async ({ query: { workload } }) => ({
      workload,
      packages: await store.countPackages(workload),
      features: [...(await store.readImportance(workload))],
    }),
  );
}

function addUsers(app: FastifyInstance, { store }: ServerContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    `${API_PREFIX}/features/users`,
    {
      schema: {
        summary: "Who uses a feature, among the next packages: go on until `next` is null",
        tags: ["features"],
        querystring: z.object({
          kind: featureKind.default("syscall"),
          name: asked.describe("openat, ioctl:TCGETS, /proc/self/maps"),
          workload: workloadKind.optional(),
          verdict: verdict.optional(),
          after: page.after,
          limit: page.limit.describe("how many packages are looked at, whether they use it or not"),
        }),
        response: { ...failures, 200: featureUserPage },
      },
    },
    async ({ query: { after, limit, kind, name, ...filter } }) => {
      const { entries, next = null } = await store.pageFeatureUsers(
        { kind, name, ...pickDefined(filter) },
        { limit, ...pickDefined({ after }) },
      );
      const users = entries.map(({ used_in: usedIn, judged_in: judgedIn, ...user }) => ({ ...user, usedIn, judgedIn }));
      return { kind, name, users, next };
    },
  );
}

function addSearch(app: FastifyInstance, { store }: ServerContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    `${API_PREFIX}/search`,
    {
      schema: {
        summary: `Packages and features with a text in their names, whatever its case: the first ${SEARCH_RESULTS} of each`,
        tags: ["search"],
        querystring: z.object({ text: asked.max(LONGEST_SEARCH) }),
        response: { ...failures, 200: searchResult },
      },
    },
    async ({ query: { text } }) => ({
      packages: [...(await store.pagePackages({ limit: SEARCH_RESULTS }, text)).entries],
      features: [...(await store.searchFeatures(text, SEARCH_RESULTS))],
    }),
  );
}

/** What features matter to whom. */
export function addFeatures(app: FastifyInstance, context: ServerContext): void {
  addImportance(app, context);
  addUsers(app, context);
  addSearch(app, context);
}
