// SPDX-License-Identifier: GPL-3.0-or-later
import type { Migration } from "./migration.js";

/** What manifests say of static analysis, of source, of C libraries and of treatments without an impact. */
export const staticAndSources: Migration = {
  number: 2,
  name: "static-and-sources",
  statements: ({ text, integer, clustered }) => [
    `alter table measurements add column impacts_compared ${integer}`,
    `alter table measurements add column source_files ${integer}`,
    `alter table executables add column linkage ${text} check (linkage in ('dynamic', 'static'))`,
    `alter table executables add column interpreter ${text}`,
    `alter table executables add column libc ${text}`,
    `alter table executables add column static_calls ${integer}`,
    `alter table executables add column static_unknown ${text}`,
    // Manifests may name calls that have no number; SQLite cannot take a constraint away.
    "drop table static_features",
    `create table static_features (
      measurement ${text} not null references measurements,
      method ${text} not null check (method in ('binary', 'source')),
      name ${text} not null,
      number ${integer},
      primary key (measurement, method, name)
    ) ${clustered}`,
    `create table source_results (
      measurement ${text} not null references measurements,
      function ${text} not null,
      syscall ${text} not null,
      calls ${integer} not null,
      checked ${integer} not null,
      passed_on ${integer} not null,
      stored ${integer} not null,
      ignored ${integer} not null,
      primary key (measurement, function, syscall)
    ) ${clustered}`,
  ],
  refill: {
    tables: ["measurements", "executables", "static_features"],
    mentions: /"(static|staticBinary|staticSources|impact)":/,
  },
};
