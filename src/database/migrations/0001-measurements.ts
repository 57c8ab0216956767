// SPDX-License-Identifier: GPL-3.0-or-later
import type { Migration, SqlDialect } from "./migration.js";

function createTables({ text, integer, real, boolean, bytes, clustered }: SqlDialect): readonly string[] {
  return [
    `create table measurements (
      measurement ${text} not null primary key,
      package ${text} not null,
      origin ${text} not null check (origin in ('debian', 'program', 'loupedb')),
      version ${text} not null,
      architecture ${text} not null,
      workload ${text} not null check (workload in ('suite', 'benchmark', 'check')),
      workload_name ${text} not null,
      command ${text} not null,
      outcome ${text} not null,
      reason ${text},
      test_format ${text},
      tests_passed ${integer},
      duration_seconds ${real},
      kernel ${text},
      tool ${text},
      libc ${text},
      buildinfo ${text},
      strategy ${text},
      replicas ${integer},
      runs ${integer},
      full_runs ${integer},
      search_seconds ${real},
      baseline_seconds ${real}
    ) ${clustered}`,
    `create table documents (
      measurement ${text} not null primary key references measurements,
      format ${text} not null,
      content ${bytes} not null
    ) ${clustered}`,
    `create table features (
      measurement ${text} not null references measurements,
      kind ${text} not null check (kind in ('syscall', 'sub-feature', 'pseudo-file')),
      name ${text} not null,
      number ${integer},
      calls ${integer},
      verdict ${text} check (verdict in ('required', 'stub', 'fake', 'any')),
      stub_works ${boolean},
      stub_runs ${integer},
      stub_reason ${text},
      fake_works ${boolean},
      fake_runs ${integer},
      fake_reason ${text},
      joint ${text} check (joint in ('stubbed', 'faked')),
      executables ${text} not null,
      primary key (measurement, kind, name)
    ) ${clustered}`,
    `create table executables (
      measurement ${text} not null references measurements,
      path ${text} not null,
      binary_package ${text},
      build_id ${text},
      sha256 ${text},
      considered ${text} not null,
      execs ${integer} not null,
      primary key (measurement, path)
    ) ${clustered}`,
    `create table impacts (
      measurement ${text} not null references measurements,
      kind ${text} not null,
      name ${text} not null,
      treatment ${text} not null check (treatment in ('stub', 'fake')),
      metric ${text} not null,
      ratio ${real},
      p_value ${real} not null,
      primary key (measurement, kind, name, treatment, metric)
    ) ${clustered}`,
    `create table conflicts (
      measurement ${text} not null references measurements,
      conflict ${integer} not null,
      name ${text} not null,
      primary key (measurement, conflict, name)
    ) ${clustered}`,
    `create table static_features (
      measurement ${text} not null references measurements,
      method ${text} not null check (method in ('binary', 'source')),
      name ${text} not null,
      number ${integer} not null,
      primary key (measurement, method, name)
    ) ${clustered}`,
    `create table usage (
      package ${text} not null,
      origin ${text} not null,
      version ${text} not null,
      architecture ${text} not null,
      workload ${text} not null,
      kind ${text} not null,
      name ${text} not null,
      number ${integer},
      verdict ${text} check (verdict in ('required', 'stub', 'fake', 'any')),
      measurements ${integer} not null,
      used_in ${integer} not null,
      judged_in ${integer} not null,
      stub_works_in ${integer} not null,
      fake_works_in ${integer} not null,
      newest ${boolean} not null,
      primary key (package, origin, version, architecture, workload, kind, name)
    ) ${clustered}`,
    `create table importance (
      workload ${text} not null,
      kind ${text} not null,
      name ${text} not null,
      used_by ${integer} not null,
      required_by ${integer} not null,
      stub_by ${integer} not null,
      fake_by ${integer} not null,
      any_by ${integer} not null,
      unknown_for ${integer} not null,
      primary key (workload, kind, name)
    ) ${clustered}`,
  ];
}

export const measurements: Migration = {
  number: 1,
  name: "measurements",
  statements: (dialect) => [
    ...createTables(dialect),
    "create index measurements_by_package on measurements (package, origin, version, architecture, workload, outcome)",
    // None on usage by feature: it would make each merge write a page for each feature, which takes longer than all the rest, and
    // reading the whole table for one feature is a matter of half a second.
  ],
};
