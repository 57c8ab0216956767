// SPDX-License-Identifier: GPL-3.0-or-later
import { Chalk, type ChalkInstance } from "chalk";
import type { Variables } from "../debian/build-options.js";
import { type Terminal, widthOf } from "./terminal.js";

/** How much a debhelper command says. */
export type Loudness = "quiet" | "normal" | "verbose";

/** What dh_loupe says, all of it on standard error: a debhelper command is called for its effect, never for its output. */
export interface DhMessages {
  /** A step of the work; not in quiet builds. */
  say(text: string): void;
  /** A detail or a command that is run; only in verbose builds. */
  detail(text: string): void;
  warn(text: string): void;
  fail(text: string): void;
  /** Lines that stand by themselves, such as a table; not in quiet builds. */
  show(render: (terminal: Terminal) => string): void;
}

/** Colours by DH_COLORS, DPKG_COLORS and NO_COLOR, in debhelper's order (Dh_Lib). */
function chooseColours(variables: Variables): ChalkInstance {
  const mode = variables.DH_COLORS ?? variables.DPKG_COLORS ?? ("NO_COLOR" in variables ? "never" : "auto");
  const coloured = mode === "always" || (mode === "auto" && process.stderr.isTTY === true);
  return new Chalk({ level: coloured ? 1 : 0 });
}

/** Messages in debhelper's form: `dh_loupe: warning: ...`. */
export function makeDhMessages(loudness: Loudness, variables: Variables): DhMessages {
  const chalk = chooseColours(variables);
  const name = chalk.bold("dh_loupe");
  const write = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  return {
    say: (text) => loudness !== "quiet" && write(`${name}: ${text}`),
    detail: (text) => loudness === "verbose" && write(`\t${text}`),
    warn: (text) => write(`${name}: ${chalk.bold.yellow("warning")}: ${text}`),
    fail: (text) => write(`${name}: ${chalk.bold.red("error")}: ${text}`),
    show: (render) => {
      if (loudness !== "quiet") {
        process.stderr.write(render({ colors: chalk, width: widthOf(process.stderr) }));
      }
    },
  };
}
