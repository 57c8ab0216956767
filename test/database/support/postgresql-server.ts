// SPDX-License-Identifier: GPL-3.0-or-later
// A PostgreSQL server of a test's own: Debian's, run by an ordinary user in a temporary directory, reached by a socket there.
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** PostgreSQL refuses to run as root. */
const ORDINARY_USER = 65534;
const INSTALLED = "/usr/lib/postgresql";

/** passing: faster than a server that has to keep its data, for it is gone after the test. durable: with the settings that a server has. */
export type Durability = "passing" | "durable";

const SETTINGS: Readonly<Record<Durability, string>> = {
  passing: "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=40",
  durable: "",
};

async function findPrograms(): Promise<string> {
  const versions = (await readdir(INSTALLED)).sort((left, right) => Number(right) - Number(left));
  const [newest] = versions;
  if (newest === undefined) {
    throw new Error(`no PostgreSQL server in ${INSTALLED}: run scripts/setup`);
  }
  return join(INSTALLED, newest, "bin");
}

export class PostgresqlServer {
  #databases = 0;

  private constructor(
    private readonly programs: string,
    readonly directory: string,
    private readonly durability: Durability,
  ) {}

  static async start(durability: Durability = "passing"): Promise<PostgresqlServer> {
    const directory = await mkdtemp(join(tmpdir(), "loupe-pg-"));
    if (process.getuid?.() === 0) {
      await chown(directory, ORDINARY_USER, ORDINARY_USER);
    }
    const server = new PostgresqlServer(await findPrograms(), directory, durability);
    await server.#run("initdb", [
      "--pgdata",
      join(directory, "data"),
      "--username",
      "loupe",
      "--no-sync",
      "--encoding",
      "UTF8",
    ]);
    await server.up();
    return server;
  }

  /** Starts the server again after `down`. */
  async up(durability: Durability = this.durability): Promise<void> {
    const options = `${SETTINGS[durability]} -c listen_addresses= -c unix_socket_directories=${this.directory}`;
    await this.#run("pg_ctl", [
      ...this.#data,
      "--log",
      join(this.directory, "log"),
      "--options",
      options,
      "--wait",
      "start",
    ]);
  }

  /** Ends the server; immediate: as if the machine had lost power. */
  async down(mode: "fast" | "immediate" = "fast"): Promise<void> {
    await this.#run("pg_ctl", [...this.#data, "--mode", mode, "--wait", "stop"]);
  }

  /** Ends the server and removes what it had. */
  async remove(): Promise<void> {
    await this.down("immediate").catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The URL of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test${++this.#databases}`;
    await this.#run("createdb", ["--host", this.directory, "--username", "loupe", name]);
    return `postgres://loupe@/${name}?host=${encodeURIComponent(this.directory)}`;
  }

  get #data(): readonly string[] {
    return ["--pgdata", join(this.directory, "data")];
  }

  async #run(program: string, words: readonly string[]): Promise<void> {
    const command = [join(this.programs, program), ...words];
    const user = String(ORDINARY_USER);
    const wrapper = process.getuid?.() === 0 ? ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"] : [];
    const [file = "", ...rest] = [...wrapper, ...command];
    // The server itself goes on, and must not hold our end of a pipe.
    await execa(file, rest, { cwd: "/", stdio: "ignore", env: { LC_ALL: "C" } });
  }
}
