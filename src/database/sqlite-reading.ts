// SPDX-License-Identifier: GPL-3.0-or-later
// How an SQLite file is read by who may not write it. A file with a write-ahead log (sqlite.org/wal.html) is opened by making two files
// beside it, -wal and -shm. Who may not make them can read in two ways: with the files that are there, or, where no log is there, by telling
// SQLite that the file is "immutable": then it makes none, takes no locks, and does not see when another program writes.
import { existsSync, realpathSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { DatabaseError } from "./database-error.js";
import { usesLog } from "./sqlite-file.js";

/** How a file is opened for reading, and what has to be done so that nothing wrong is read. */
export interface Reading {
  /** The path, or a URI with what SQLite is to be told. */
  readonly location: string;
  watch(database: SqliteDatabase): SqliteDatabase;
}

/** Of a file: differs after every change. */
function readStamp(file: string): string {
  const status = statSync(file, { bigint: true });
  return [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs].join(" ");
}

/**
 * A file that is read without locks, while a program that may write it can come at any time. That one writes into a log first, which does not
 * matter here, and from there into the file; what is read around that moment may be parts of two states, and is refused.
 */
class UnlockedDatabase implements SqliteDatabase {
  constructor(
    private readonly database: SqliteDatabase,
    private readonly file: string,
    private readonly stamp: string,
  ) {}

  prepare(sql: string): SqliteStatement {
    const statement = this.#read(() => this.database.prepare(sql));
    return {
      reader: statement.reader,
      all: (parameters) => this.#read(() => statement.all(parameters)),
      run: (parameters) => this.#read(() => statement.run(parameters)),
      iterate: (parameters) => this.#iterate(statement, parameters),
    };
  }

  close(): void {
    this.database.close();
  }

  *#iterate(statement: SqliteStatement, parameters: readonly unknown[]): IterableIterator<unknown> {
    const rows = this.#read(() => statement.iterate(parameters));
    for (let next = this.#read(() => rows.next()); next.done !== true; next = this.#read(() => rows.next())) {
      yield next.value;
    }
  }

  /** An error may come from a change, too: it is told of the change then. */
  #read<Result>(work: () => Result): Result {
    try {
      return work();
    } finally {
      this.#requireUnchanged();
    }
  }

  #requireUnchanged(): void {
    let stamp: string | undefined;
    let cause: unknown;
    try {
      stamp = readStamp(this.file);
    } catch (error) {
      cause = error;
    }
    if (stamp !== this.stamp) {
      throw new DatabaseError(
        `${this.file} was changed by another program while it was read, and may not be locked by this user; what was read is not used: repeat the command`,
        "locked",
        { cause },
      );
    }
  }
}

/**
 * How a file is read by who may not write it or may not make files beside it. Throws DatabaseError where a log cannot be read in this way.
 */
export function chooseReading(file: string): Reading {
  if (!usesLog(file)) {
    return { location: file, watch: (database) => database };
  }
  // Before the look at the log: what another program puts from a log into the file after this moment is noticed.
  const stamp = readStamp(file);
  // SQLite, too, looks beside the file itself and not beside a symbolic link to it.
  const log = `${realpathSync(file)}-wal`;
  const hasLog = (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!hasLog) {
    const location = pathToFileURL(file);
    location.searchParams.set("immutable", "1");
    return { location: location.href, watch: (database) => new UnlockedDatabase(database, file, stamp) };
  }
  if (!existsSync(log.replace(/wal$/, "shm"))) {
    throw new DatabaseError(
      `${file}: its log ${file}-wal holds what a program that was ended, or a copy, left there, and this user may not put it into the file; have somebody who may write do so: "loupe db check --db ${file}"`,
      "unwritable",
    );
  }
  return { location: file, watch: (database) => database };
}
