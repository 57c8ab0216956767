// SPDX-License-Identifier: GPL-3.0-or-later
// loupe serve, loupe submit and loupe lookup: their options.
import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { databaseOption } from "./database-commands.js";
import type { LookupOptions } from "./lookup.js";
import type { ServeOptions, TokenOptions } from "./serve.js";
import type { SubmitOptions } from "./submit.js";

type Finish = (status: number) => void;

const MOST_A_MINUTE = 1_000_000;
const LARGEST_PORT = 65_535;

/** Where to listen. Port 0: any that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** HOST:PORT, or [ADDRESS]:PORT for IPv6. Throws InvalidArgumentError, of which commander makes a sentence with the option. */
function parseListen(text: string): ListenAddress {
  const {
    bracketed,
    plain,
    port = "",
  } = /^(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<plain>[^:[\]\s]+)):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > LARGEST_PORT) {
    throw new InvalidArgumentError("It must be HOST:PORT, such as 127.0.0.1:8427 or [::1]:8427.");
  }
  return { host, port: Number(port) };
}

function parseRate(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1 || Number(text) > MOST_A_MINUTE) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_A_MINUTE}.`);
  }
  return Number(text);
}

/** Addresses and networks only: a name could become another address. */
function collectProxy(text: string, previous: readonly string[]): readonly string[] {
  const [address = "", bits = "0", ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) {
    throw new InvalidArgumentError("It must be an address or a network such as 127.0.0.1 or 10.0.0.0/8.");
  }
  return [...previous, text];
}

/** `--server`, of every command that asks one. */
function serverOption(): Option {
  return new Option("--server <url>", "where it is: https://HOST/").env("LOUPE_SERVER").makeOptionMandatory();
}

function addServe(program: Command, finish: Finish): void {
  const serve = program
    .command("serve")
    .description("serve a usage database over HTTP: read it, and with --token-file also merge manifests into it")
    .addOption(databaseOption().makeOptionMandatory(false))
    .addOption(
      new Option("--listen <host:port>", "where to listen").argParser(parseListen).default(undefined, "127.0.0.1:8427"),
    )
    .option("--token-file <file>", "who may submit manifests; default: nobody")
    .option("--trust-proxy <address>", "believe this proxy (or network of them) who asks; repeatable", collectProxy, [])
    .option("--read-rate <n>", "requests of one address in a minute (default: 600)", parseRate)
    .option("--submit-rate <n>", "manifests with one token in a minute (default: 120)", parseRate)
    .option("--quiet", "tell of troubles only, not of every request", false)
    .action(async (options: ServeOptions) => {
      const { serveCommand } = await import("./serve.js");
      finish(await serveCommand(options));
    });
  serve
    .command("token")
    .description("make a token that manifests can be submitted with, and print it")
    .argument("<name>", "whose it is, as the log shows it")
    .option("--token-file <file>", "add the token's SHA-256 to this file")
    .action(async (name: string, _options: unknown, command: Command) => {
      const { tokenCommand } = await import("./serve.js");
      finish(await tokenCommand(name, command.optsWithGlobals<TokenOptions>()));
    });
}

function addSubmit(program: Command, finish: Finish): void {
  program
    .command("submit")
    .description("send manifests to a server, which merges them")
    .argument("<manifest...>", "manifests, or directories with manifests (*.loupe.json) in them")
    .addOption(serverOption())
    .option("--token-file <file>", "the token is in this file; default: in the variable LOUPE_TOKEN")
    .option("--allow-http", "send the token to another machine although the way there is not encrypted", false)
    .option("--json", "write what became of each as JSON to standard output", false)
    .action(async (paths: readonly string[], options: SubmitOptions) => {
      const { submitCommand } = await import("./submit.js");
      finish(await submitCommand(paths, options));
    });
}

function addLookup(program: Command, finish: Finish): void {
  program
    .command("lookup")
    .description("ask a server what a package needs; exit status 1 when it does not know")
    .argument("<package>", "its name")
    .addOption(serverOption())
    .option("--package-version <version>", "this version; default: the newest that was measured")
    .option("--architecture <name>", "as Debian names it; default: each")
    .option("--json", "write JSON to standard output", false)
    .action(async (name: string, options: LookupOptions) => {
      const { lookupCommand } = await import("./lookup.js");
      finish(await lookupCommand(name, options));
    });
}

/** Adds `loupe serve`, `loupe submit` and `loupe lookup`. */
export function addSharing(program: Command, finish: Finish): void {
  addServe(program, finish);
  addSubmit(program, finish);
  addLookup(program, finish);
}
