// SPDX-License-Identifier: GPL-3.0-or-later
// The same tests on both engines: SQLite in a temporary directory, and a PostgreSQL server that the test file starts for itself.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, onTestFinished } from "vitest";
import { openDatabase } from "../../../src/database/open-database.js";
import type { Store } from "../../../src/database/store.js";
import { PostgresqlServer } from "./postgresql-server.js";

/** Where a suite gets its databases from. */
export interface Databases {
  readonly engine: "sqlite" | "postgresql";
  /** The location of a new, empty database. */
  createDatabase(): Promise<string>;
  /** A new, empty database, open until the test is over. */
  openStore(): Promise<Store>;
  /** An existing one once more. */
  reopen(location: string): Promise<Store>;
  /** The PostgreSQL server, where that is the engine. */
  server(): PostgresqlServer;
}

async function openUntilFinished(location: string): Promise<Store> {
  const store = await openDatabase(location);
  onTestFinished(() => store.close());
  return store;
}

function makeDatabases(
  engine: Databases["engine"],
  createDatabase: () => Promise<string>,
  server: () => PostgresqlServer,
): Databases {
  return {
    engine,
    createDatabase,
    openStore: async () => openUntilFinished(await createDatabase()),
    reopen: openUntilFinished,
    server,
  };
}

/** Runs a suite on SQLite and on PostgreSQL. */
export function describeEngines(title: string, suite: (databases: Databases) => void): void {
  describe(`${title} (sqlite)`, () => {
    let directory = "";
    let files = 0;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "loupe-database-"));
    });
    afterAll(() => rm(directory, { recursive: true, force: true }));
    const none = (): never => {
      throw new Error("SQLite has no server");
    };
    suite(makeDatabases("sqlite", async () => join(directory, `${++files}.db`), none));
  });
  describe(`${title} (postgresql)`, () => {
    let server: PostgresqlServer | undefined;
    const running = (): PostgresqlServer => {
      if (server === undefined) {
        throw new Error("the PostgreSQL server did not start");
      }
      return server;
    };
    beforeAll(async () => {
      server = await PostgresqlServer.start();
    });
    afterAll(() => server?.remove());
    suite(makeDatabases("postgresql", () => running().createDatabase(), running));
  });
}
