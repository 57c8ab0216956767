// SPDX-License-Identifier: GPL-3.0-or-later
// How what a package runs is kept together, so that all of it ends when it has to.
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";
import type { Command } from "../tracing/trace-request.js";

/** Whom commands of a package are run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Looks a user up. Throws EnvironmentError where it does not exist, or where we may not become it. */
export async function findAccount(name: string): Promise<Account> {
  const { stdout, failed } = await execa("getent", ["passwd", name], { reject: false });
  const [login = "", , uid = "", gid = ""] = stdout.split(":");
  if (failed || login !== name) {
    throw new EnvironmentError(`--user ${name}: there is no such user`);
  }
  if (process.getuid?.() !== 0) {
    throw new EnvironmentError(`--user ${name}: only root can become another user`);
  }
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** When we are killed, what we started is killed: the kernel sees to it (PR_SET_PDEATHSIG). */
const DIES_WITH_US = ["setpriv", "--pdeathsig", "KILL"];

/** A change of user makes the kernel forget the signal, so it is asked for again after that. */
function becoming(account: Account | undefined): readonly string[] {
  return account === undefined
    ? DIES_WITH_US
    : [...DIES_WITH_US, "--reuid", account.name, "--regid", String(account.gid), "--init-groups"];
}

/** Loopback is up, as on build daemons; no other network. */
const WITH_LOOPBACK = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

const OWN_PROCESSES = ["unshare", "--fork", "--pid", "--kill-child=KILL", "--mount-proc"];

/** Where commands run: all below a process that takes everything along when it ends, or a process group only. */
export interface Containment {
  /** The command with what keeps it together before it. */
  wrap(command: Command, account: Account | undefined): Command;
  /** What the command itself is, seen from the process that was started. */
  findInner(pid: number): Promise<number | undefined>;
  readonly kind: "namespaces" | "process-group";
}

/** A process group: what leaves it (daemons) is not seen. */
const PROCESS_GROUP: Containment = {
  kind: "process-group",
  wrap: ([program, ...words], account) => {
    const [wrapper = program, ...rest] = [...becoming(account), program, ...words];
    return [wrapper, ...rest];
  },
  findInner: async (pid) => pid,
};

function inNamespaces(unshare: readonly string[]): Containment {
  return {
    kind: "namespaces",
    wrap: (command, account) => {
      const [wrapper = "", ...rest] = [...DIES_WITH_US, ...unshare, ...becoming(account), ...command];
      return [wrapper, ...rest];
    },
    // unshare waits for the one process that it has started.
    findInner: async (pid) => {
      const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
      return children.trim() === "" ? undefined : Number.parseInt(children, 10);
    },
  };
}

async function works(containment: Containment): Promise<boolean> {
  const [program, ...words] = containment.wrap(["true"], undefined);
  return !(await execa(program, words, { reject: false, stdin: "ignore" })).failed;
}

/** Containments for the two kinds of steps of a package. */
export interface Containments {
  /** For what only builds. */
  readonly build: Containment;
  /** For analyses: each run has a sandbox of its own below it. */
  readonly analysis: Containment;
}

/**
 * Finds out what this machine allows. As root, every package has processes and a network of its own, so that servers of two suites do
 * not want the same port. An ordinary user has namespaces for builds; a user namespace around an analysis would make the tracer slow, and
 * what matters there is in sandboxes anyway.
 */
export async function chooseContainments(): Promise<Containments> {
  if (process.getuid?.() === 0) {
    const offline = inNamespaces([...OWN_PROCESSES, "--net", ...WITH_LOOPBACK]);
    if (await works(offline)) {
      return { build: offline, analysis: offline };
    }
    const online = inNamespaces(OWN_PROCESSES);
    const chosen = (await works(online)) ? online : PROCESS_GROUP;
    return { build: chosen, analysis: chosen };
  }
  const asUser = inNamespaces([...OWN_PROCESSES, "--map-current-user"]);
  return { build: (await works(asUser)) ? asUser : PROCESS_GROUP, analysis: PROCESS_GROUP };
}
