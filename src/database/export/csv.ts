// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../store.js";

const COLUMNS =
  "package,origin,version,architecture,workload,newest,kind,name,number,verdict,measurements,used_in,judged_in,stub_works_in,fake_works_in";

/** RFC 4180: what holds a comma, a quote or an end of line is quoted. */
function formatCell(value: string | number | boolean | null): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The usage of all packages and versions as CSV, with a header; empty: not known. */
export async function* formatCsv(store: Store): AsyncGenerator<string> {
  yield `${COLUMNS}\n`;
  for await (const { features, ...usage } of store.eachPackage({ version: "all" })) {
    const head = [usage.package, usage.origin, usage.version, usage.architecture, usage.workload, usage.newest];
    const rows = features.map((feature) =>
      [
        ...head,
        ...[feature.kind, feature.name, feature.number, feature.verdict, usage.measurements],
        ...[feature.usedIn, feature.judgedIn, feature.stubWorksIn, feature.fakeWorksIn],
      ]
        .map(formatCell)
        .join(","),
    );
    yield `${rows.join("\n")}\n`;
  }
}
