// SPDX-License-Identifier: GPL-3.0-or-later
import { CompiledQuery, type Kysely, sql, type Transaction } from "kysely";
import PgBoss from "pg-boss";
import { DatabaseError } from "../../database/database-error.js";
import { describeManifest } from "../../database/manifest-measurement.js";
import { mergeMeasurement } from "../../database/merge-measurement.js";
import { openDatabase } from "../../database/open-database.js";
import type { Store } from "../../database/store.js";
import type { Tables } from "../../database/tables.js";
import { describeCause } from "../../describe-cause.js";
import { UsageError } from "../../errors.js";
import type { Manifest } from "../../manifest/schema.js";
import { VERSION } from "../../version.js";
import { DEFAULT_RETRIES, retryDelaySeconds } from "../settings.js";
import {
  DEFAULT_LEASE_SECONDS,
  identifyJob,
  type JobData,
  type JobOutput,
  jobData,
  jobOutput,
  QUEUE,
  versionOfQueue,
} from "./job.js";

/** pg-boss' own name for its tables. */
const SCHEMA = "pgboss";

/** How often a package that failed for the machine's or mirror's sake, or whose worker was lost, is given out again. */
const RETRY_LIMIT = 3;
/** How often expired leases are looked for, by all workers together. */
const MAINTENANCE_SECONDS = 5;
/** Jobs that have ended stay visible. */
const KEPT_DAYS = 3650;
const KEPT_SECONDS = KEPT_DAYS * 24 * 60 * 60;

/** A job that a worker has taken; `attempt` is part of what makes it its own. */
export interface TakenJob {
  readonly id: string;
  readonly attempt: number;
  readonly leaseSeconds: number;
  readonly data: JobData;
}

/** Where a package is in the queue. */
export interface QueuedPackage {
  readonly source: string;
  readonly version: string;
  readonly state: "created" | "retry" | "active" | "completed" | "cancelled" | "failed";
  readonly attempts: number;
  readonly output?: JobOutput;
}

interface JobRow {
  readonly data: unknown;
  readonly state: QueuedPackage["state"];
  readonly attempts: number;
  readonly output: unknown;
}

function toQueuedPackage({ data, state, attempts, output }: JobRow): readonly QueuedPackage[] {
  const job = jobData.safeParse(data);
  const told = jobOutput.safeParse(output);
  return job.success
    ? [{ ...job.data, state, attempts: Number(attempts), ...(told.success && { output: told.data }) }].map(
        ({ analysisOptions: _, ...rest }) => rest,
      )
    : [];
}

/** Lets pg-boss work inside of a transaction of ours. */
function inTransaction(transaction: Transaction<Tables>): PgBoss.Db {
  return {
    executeSql: async (text, values) => {
      const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, values));
      return { rows };
    },
  };
}

/**
 * The packages that are to be measured, in a PostgreSQL database that is also the usage database. A job is leased: a worker renews the
 * lease, and a job whose lease has run out goes to another one. What a worker brings for a job that is not its own any more is not
 * taken, so that there is one result.
 */
export class PackageQueue {
  private constructor(
    readonly store: Store,
    private readonly boss: PgBoss,
  ) {}

  /** Opens it, and makes what is not there. Throws UsageError, DatabaseError. */
  static async open(location: string): Promise<PackageQueue> {
    if (!/^postgres(?:ql)?:\/\//i.test(location)) {
      throw new UsageError(
        `--db ${location}: workers share a PostgreSQL database; give its URL, which begins with postgres://`,
      );
    }
    const store = await openDatabase(location);
    const boss = new PgBoss({
      connectionString: location,
      application_name: "loupe",
      max: 2,
      schedule: false,
      maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
      archiveCompletedAfterSeconds: KEPT_SECONDS,
      deleteAfterDays: KEPT_DAYS,
    });
    // Every call tells its own errors; what its maintenance meets, ours meet, too.
    boss.on("error", () => undefined);
    const queue = new PackageQueue(store, boss);
    try {
      await queue.#ask(async () => {
        await boss.start();
        await boss.createQueue(QUEUE);
      });
    } catch (error) {
      await queue.close();
      throw error;
    }
    return queue;
  }

  /** Adds packages, each once. Returns how many were added. */
  async add(packages: readonly JobData[], leaseSeconds: number): Promise<number> {
    const before = await this.#count();
    const last = await this.#readLowestPriority();
    const jobs = packages.map((data, index) => ({
      id: identifyJob(data, data.analysisOptions),
      name: QUEUE,
      data,
      // Their order is kept, behind those that are waiting already.
      priority: last - 1 - index,
      expireInSeconds: leaseSeconds,
      retryLimit: RETRY_LIMIT,
      // A lost worker's package is taken up at once; faults of the mirror get their pause in fail().
      retryDelay: 0,
      retryBackoff: false,
    }));
    await this.#ask(() => this.boss.insert(jobs));
    return (await this.#count()) - before;
  }

  /** Throws UsageError where all that is to be done is for another version of Loupe. */
  async refuseOtherVersions(): Promise<void> {
    const { rows } = await this.#ask(() =>
      sql<{ name: string; jobs: number }>`
        select name, count(*) as jobs from ${sql.table(`${SCHEMA}.job`)} where state < 'completed' group by name`.execute(
        this.#kysely,
      ),
    );
    const others = rows.filter(({ name }) => name !== QUEUE && versionOfQueue(name) !== undefined);
    const [other] = others;
    if (other !== undefined && !rows.some(({ name }) => name === QUEUE)) {
      throw new UsageError(
        `the queue has ${other.jobs} packages for loupe ${versionOfQueue(other.name)}, and this is ${VERSION}: use that version, or enqueue them anew`,
      );
    }
  }

  /** Takes a job; undefined where there is none now. */
  async take(): Promise<TakenJob | undefined> {
    // pg-boss says nothing of a server that has gone; this does.
    await this.#count();
    const [job] = await this.boss.fetch<unknown>(QUEUE, { includeMetadata: true });
    if (job === undefined) {
      return undefined;
    }
    const data = jobData.safeParse(job.data);
    if (!data.success) {
      await this.#ask(() => this.boss.cancel(QUEUE, job.id));
      return undefined;
    }
    const { rows } = await this.#ask(() =>
      sql<{ seconds: number }>`
        select extract(epoch from expire_in) as seconds from ${sql.table(`${SCHEMA}.job`)} where name = ${QUEUE} and id = ${job.id}`.execute(
        this.#kysely,
      ),
    );
    const leaseSeconds = Number(rows[0]?.seconds ?? DEFAULT_LEASE_SECONDS);
    return { id: job.id, attempt: job.retryCount, leaseSeconds, data: data.data };
  }

  /** Says that the worker is still at it. Returns whether the job is still its own. */
  async renew({ id, attempt }: TakenJob): Promise<boolean> {
    const { rows } = await this.#ask(() =>
      sql`update ${sql.table(`${SCHEMA}.job`)} set started_on = now()
        where name = ${QUEUE} and id = ${id} and state = 'active' and retry_count = ${attempt} returning id`.execute(
        this.#kysely,
      ),
    );
    return rows.length > 0;
  }

  /** Brings the result, with the manifest if there is one, in one transaction. Returns false where the job is another's by now. */
  async complete(job: TakenJob, output: JobOutput, manifest: Manifest | undefined): Promise<boolean> {
    const measurement = manifest && describeManifest(manifest);
    return this.#ifOwn(job, async (transaction) => {
      if (measurement !== undefined) {
        await mergeMeasurement(this.store.connection, transaction, measurement);
      }
      await this.boss.complete(QUEUE, job.id, output, { db: inTransaction(transaction) });
    });
  }

  /** Says that this attempt failed for the machine's or the mirror's sake: it is tried again after a pause, a few times. */
  async fail(job: TakenJob, output: JobOutput): Promise<boolean> {
    const pause = retryDelaySeconds(DEFAULT_RETRIES, job.attempt + 1);
    return this.#ifOwn(job, async (transaction) => {
      await this.boss.fail(QUEUE, job.id, output, { db: inTransaction(transaction) });
      await sql`update ${sql.table(`${SCHEMA}.job`)} set start_after = now() + ${pause} * interval '1 second'
        where name = ${QUEUE} and id = ${job.id} and state = 'retry'`.execute(transaction);
    });
  }

  /** Gives a job back, which is taken up by the next worker. */
  async giveBack({ id, attempt }: TakenJob): Promise<void> {
    await this.#ask(() =>
      sql`update ${sql.table(`${SCHEMA}.job`)} set state = 'retry', start_after = now(), retry_limit = retry_limit + 1
        where name = ${QUEUE} and id = ${id} and state = 'active' and retry_count = ${attempt}`.execute(this.#kysely),
    );
  }

  /** How many packages are waiting, or with a worker. */
  async countUnfinished(): Promise<number> {
    const { rows } = await this.#ask(() =>
      sql<{ jobs: number }>`
        select count(*) as jobs from ${sql.table(`${SCHEMA}.job`)} where name = ${QUEUE} and state < 'completed'`.execute(
        this.#kysely,
      ),
    );
    return Number(rows[0]?.jobs ?? 0);
  }

  /** All packages of this version's queue, by name. */
  async list(): Promise<readonly QueuedPackage[]> {
    const { rows } = await this.#ask(() =>
      sql<JobRow>`
        select data, state::text as state, retry_count as attempts, output from ${sql.table(`${SCHEMA}.job`)} where name = ${QUEUE}
        order by data ->> 'source', data ->> 'version'`.execute(this.#kysely),
    );
    return rows.flatMap(toQueuedPackage);
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, wait: true }).catch(() => undefined);
    await this.store.close();
  }

  get #kysely(): Kysely<Tables> {
    return this.store.connection.kysely;
  }

  async #count(): Promise<number> {
    const { rows } = await this.#ask(() =>
      sql<{ jobs: number }>`select count(*) as jobs from ${sql.table(`${SCHEMA}.job`)} where name = ${QUEUE}`.execute(
        this.#kysely,
      ),
    );
    return Number(rows[0]?.jobs ?? 0);
  }

  async #readLowestPriority(): Promise<number> {
    const { rows } = await this.#ask(() =>
      sql<{ lowest: number }>`
        select coalesce(min(priority), 0) as lowest from ${sql.table(`${SCHEMA}.job`)} where name = ${QUEUE} and state < 'completed'`.execute(
        this.#kysely,
      ),
    );
    return Number(rows[0]?.lowest ?? 0);
  }

  async #ifOwn({ id, attempt }: TakenJob, work: (transaction: Transaction<Tables>) => Promise<void>): Promise<boolean> {
    return this.#ask(() =>
      this.#kysely.transaction().execute(async (transaction) => {
        const { rows } = await sql`select 1 from ${sql.table(`${SCHEMA}.job`)}
          where name = ${QUEUE} and id = ${id} and state = 'active' and retry_count = ${attempt} for update`.execute(
          transaction,
        );
        if (rows.length === 0) {
          return false;
        }
        await work(transaction);
        return true;
      }),
    );
  }

  async #ask<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      const explained = this.store.connection.explain(cause) ?? cause;
      // Two that commit at the same time: one of them comes again.
      throw this.store.connection.isTransient(cause)
        ? new DatabaseError(`${this.store.location}: ${describeCause(cause)}`, "unreachable", { cause })
        : explained;
    }
  }
}
