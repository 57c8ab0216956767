// SPDX-License-Identifier: GPL-3.0-or-later
// What /openapi.json says is what the server does.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { buildApp } from "../../src/server/build-app.js";
import { DEFAULT_ADDRESS, DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../src/server/settings.js";
import { exampleManifest } from "../manifest/example.js";
import { startServer, submit, type TestServer } from "./support/server.js";

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly "application/json": { readonly schema: object } } }>
  >;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function makeDatabase(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-openapi-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "usage.db");
}

async function readDescription({ url }: TestServer): Promise<Description> {
  return (await fetch(`${url}/openapi.json`)).json() as Promise<Description>;
}

it("is OpenAPI 3.1", async () => {
  const description = await readDescription(await startServer(await makeDatabase()));
  expect(await new Validator().validate({ ...description })).toEqual({ valid: true });
  expect(description.openapi).toMatch(/^3\.1\./);
});

it("names the routes that there are, and no others", async () => {
  const database = await makeDatabase();
  const store = await openDatabase(database);
  onTestFinished(() => store.close());
  const settings = { ...DEFAULT_ADDRESS, trustedProxies: [], limits: DEFAULT_LIMITS, timeouts: DEFAULT_TIMEOUTS };
  const silent = { access: () => undefined, trouble: () => undefined };
  const app = await buildApp({ store, desk: undefined }, settings, silent);
  onTestFinished(() => app.close());
  await app.ready();
  const routes = [...app.printRoutes({ commonPrefix: false }).matchAll(/ \(([A-Z, ]+)\)$/gm)].flatMap(
    ([, methods = ""]) => methods.split(", ").filter((method) => method !== "HEAD"),
  );
  const { paths } = await readDescription(await startServer(database));
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), url: path.replace(/\{(\w+)\}/g, ":$1") })),
  );
  expect(described.length).toBeGreaterThan(7);
  expect(described.filter((route) => !app.hasRoute(route))).toEqual([]);
  // The description itself is not in it.
  expect(routes).toHaveLength(described.length + 1);
});

it("describes every reply", async () => {
  const server = await startServer(await makeDatabase());
  const { measurement } = (await submit(server, serializeManifest(exampleManifest()))).reply;
  const { paths } = await readDescription(server);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const expectDescribed = (path: string, method: string, status: number, reply: unknown): void => {
    const schema = paths[path]?.[method]?.responses[status]?.content?.["application/json"].schema;
    expect(schema, `${method} ${path}: ${status} is described`).toBeDefined();
    const validate = ajv.compile(schema ?? {});
    expect(validate(reply) ? [] : validate.errors, `${method} ${path}: ${status}`).toEqual([]);
  };
  const values: Readonly<Record<string, string>> = {
    package: "prog",
    measurement: String(measurement),
    name: "openat",
    text: "o",
  };
  const asked: string[] = [];
  for (const [path, { get }] of Object.entries(paths).filter(([, operations]) => operations.get !== undefined)) {
    const required = (get?.parameters ?? []).filter((parameter) => parameter.in === "query" && parameter.required);
    const query = required.map(({ name }) => `${name}=${values[name]}`).join("&");
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
    const response = await fetch(`${server.url}${place}?${query}`);
    expect(response.status, path).toBe(200);
    expectDescribed(path, "get", 200, await response.json());
    const wrong = await fetch(`${server.url}${place}?${query}&limit=no&workload=no&text=&measurement=no`);
    if (wrong.status !== 200) {
      expectDescribed(path, "get", wrong.status, await wrong.json());
    }
    asked.push(path);
  }
  expect(asked).toHaveLength(Object.keys(paths).length - 1);
  const posted = "/api/v1/manifests";
  expectDescribed(posted, "post", 200, (await submit(server, serializeManifest(exampleManifest()))).reply);
  expectDescribed(
    posted,
    "post",
    201,
    (await submit(server, serializeManifest(exampleManifest({ package: { name: "b" } })))).reply,
  );
  for (const [body, headers] of [
    ["{}", {}],
    ["{}", { authorization: "" }],
    ["{}", { "content-type": "text/plain" }],
    ["", {}],
    ["x".repeat(DEFAULT_LIMITS.largestManifestBytes + 1), {}],
  ] as const) {
    const { status, reply } = await submit(server, body, headers);
    expectDescribed(posted, "post", status, reply);
  }
});
