// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../store.js";

/** The usage of all packages and versions as JSON: `{"schema": "loupe-usage/1", "packages": [...]}`, a line for each of them. */
export async function* formatJson(store: Store): AsyncGenerator<string> {
  yield '{"schema":"loupe-usage/1","packages":[';
  let separator = "\n";
  for await (const usage of store.eachPackage({ version: "all" })) {
    yield `${separator}${JSON.stringify(usage)}`;
    separator = ",\n";
  }
  yield "\n]}\n";
}
