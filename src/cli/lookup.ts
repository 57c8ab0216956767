// SPDX-License-Identifier: GPL-3.0-or-later
import { ApiClient } from "../client/api-client.js";
import { parseServerUrl } from "../client/server-url.js";
import { withInterrupt } from "./interrupt.js";
import { printMessage, printResult } from "./output.js";
import { cleanText } from "./terminal.js";
import { renderUsageTables } from "./usage-table.js";

/** The options of `loupe lookup`. */
export interface LookupOptions {
  readonly server: string;
  readonly packageVersion?: string;
  readonly architecture?: string;
  readonly json: boolean;
}

const UNKNOWN_STATUS = 1;

/**
 * `loupe lookup`: asks a server what a package needs. Returns the exit status: 1 where nothing is known. Throws UsageError for what is no
 * server, ServerError where it cannot be asked or answers nonsense.
 */
export async function lookupCommand(name: string, options: LookupOptions): Promise<number> {
  const { packageVersion: version, architecture, json } = options;
  const server = parseServerUrl(options.server);
  return withInterrupt(async ({ signal }) => {
    const query = { ...(version !== undefined && { version }), ...(architecture !== undefined && { architecture }) };
    const usage = (await new ApiClient(server, signal).readUsage(name, query)) ?? { packages: [] };
    if (usage.packages.length === 0) {
      const narrow = [version, architecture].filter((word) => word !== undefined).join(" ");
      printMessage(`${cleanText(name)}: ${server.href} knows nothing of it${narrow === "" ? "" : ` for ${narrow}`}`);
    }
    if (json) {
      await printResult(`${JSON.stringify(usage, null, 2)}\n`);
    } else if (usage.packages.length > 0) {
      await printResult(renderUsageTables(usage.packages));
    }
    return usage.packages.length === 0 ? UNKNOWN_STATUS : 0;
  });
}
