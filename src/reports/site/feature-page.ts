// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../../analysis/feature.js";
import type { WorkloadKind } from "../../database/tables.js";
import type { Cell, FigureColumn } from "../figure.js";
import type { UsedFeature, UserList } from "./feature-users.js";
import { renderDownloads } from "./figure-page.js";
import { type Html, html, NOTHING } from "./html.js";
import type { Page } from "./layout.js";
import type { Links } from "./links.js";
import { formatCount, formatShare, plural } from "./numbers.js";
import type { PackageSummary } from "./package-summary.js";
import { FEATURE_DIRECTORIES, featurePath } from "./paths.js";
import { cell, numberCell, renderTable, row } from "./table.js";
import { ALL_VERDICTS, sumVerdicts, verdictCell, verdictSummary } from "./verdicts.js";

/** Users and reasons that a page shows; the downloads have all users. */
const MOST_USERS = 200;
const MOST_REASONS = 15;

export const KIND_NAMES: Readonly<Record<FeatureKind, { readonly one: string; readonly many: string }>> = {
  syscall: { one: "system call", many: "System calls" },
  "sub-feature": { one: "function of a call", many: "Functions of calls" },
  "pseudo-file": { one: "pseudo-file", many: "Pseudo-files" },
};

/** What is needed to show the users of a feature. */
export interface UsersContext {
  readonly packages: readonly PackageSummary[];
  /** How many packages were measured by each kind of workload. */
  readonly measured: ReadonlyMap<WorkloadKind, number>;
}

/** The columns of the downloads of users. */
export const USER_COLUMNS: readonly FigureColumn[] = [
  { key: "workload", title: "workload", kind: "text" },
  { key: "package", title: "package", kind: "text" },
  { key: "version", title: "version", kind: "text" },
  { key: "verdict", title: "verdict", kind: "text" },
];

/** The users of a feature as rows of such columns, by workload and package. */
export function* listUserRows(feature: UsedFeature, packages: readonly PackageSummary[]): Generator<readonly Cell[]> {
  for (const [workload, users] of feature.users) {
    for (const { position, verdict } of users.each()) {
      const { name, version } = packages[position] as PackageSummary;
      yield [workload, name, version, verdict === "unknown" ? null : verdict];
    }
  }
}

function renderUsers(users: UserList, context: UsersContext, links: Links, workload: WorkloadKind): Html {
  const rows: Html[] = [];
  for (const wanted of ALL_VERDICTS) {
    for (const { position, verdict } of users.each(wanted)) {
      if (rows.length === MOST_USERS) {
        break;
      }
      const { name, version } = context.packages[position] as PackageSummary;
      rows.push(row(links.package(name), [cell(version), verdictCell(verdict === "unknown" ? null : verdict)]));
    }
  }
  return renderTable({
    caption: `Packages that use it, by ${workload}`,
    columns: [{ title: "package" }, { title: "version" }, { title: "verdict" }],
    rows,
    ...(users.size > rows.length && {
      note: `The first ${formatCount(rows.length)} of ${formatCount(users.size)}: those that require it come first. The downloads have all of them.`,
    }),
  });
}

function renderReasons({ reasons }: UserList, context: UsersContext, links: Links): Html {
  const given = reasons.list();
  if (given.length === 0) {
    return NOTHING;
  }
  const shown = given.slice(0, MOST_REASONS);
  const others = given.slice(MOST_REASONS).reduce((sum, { packages }) => sum + packages, reasons.others);
  return renderTable({
    caption: "Why it is required: what broke without it",
    columns: [{ title: "what broke" }, { title: "packages", numeric: true }, { title: "for example" }],
    rows: shown.map(({ reason, packages, example }) =>
      row(reason, [numberCell(packages), cell(links.package((context.packages[example] as PackageSummary).name))]),
    ),
    ...(others > 0 && { note: `And other reasons, of ${plural(others, "package")}.` }),
  });
}

function renderWorkload(workload: WorkloadKind, users: UserList, context: UsersContext, links: Links): Html {
  const measured = context.measured.get(workload) ?? 0;
  const counts = users.count();
  return html`<section><h2>By ${workload}</h2>
<p>Used by ${formatCount(users.size)} of ${plural(measured, "package")} (${formatShare(users.size, measured)}), required by ${formatCount(counts.required)} (${formatShare(counts.required, measured)}).</p>
${verdictSummary(counts, sumVerdicts(counts))}
${renderReasons(users, context, links)}
${renderUsers(users, context, links, workload)}</section>`;
}

/** The functions of a call that have pages of their own, or the call of a function. */
function renderRelated(feature: UsedFeature, related: readonly UsedFeature[], links: Links): Html {
  if (related.length === 0) {
    return NOTHING;
  }
  const what = feature.kind === "syscall" ? "Its functions" : "A function of";
  return html`<p class="related">${what}: ${related.flatMap(({ kind, name }, index) => [...(index > 0 ? [", "] : []), links.feature(kind, name)])}</p>`;
}

function describe({ kind, number, users }: UsedFeature, context: UsersContext): string {
  const [first] = users;
  const numbered = kind === "syscall" && number !== null ? ` (number ${number})` : "";
  const what = `A ${KIND_NAMES[kind].one}${numbered}`;
  if (first === undefined) {
    return `${what}.`;
  }
  const [workload, list] = first;
  const measured = context.measured.get(workload) ?? 0;
  const { required } = list.count();
  return `${what} that ${formatShare(list.size, measured)} of packages use and ${formatShare(required, measured)} require, by their ${workload}.`;
}

/** The page of a feature: who uses it, who requires it, and why. */
export function makeFeaturePage(
  feature: UsedFeature,
  related: readonly UsedFeature[],
  context: UsersContext,
  links: Links,
): Page {
  const { kind, name, users } = feature;
  const path = featurePath(kind, name);
  const size = [...users.values()].reduce((sum, list) => sum + list.size, 0);
  return {
    path,
    title: name,
    heading: html`<code>${name}</code>`,
    section: "calls",
    trail: [[KIND_NAMES[kind].many, `${FEATURE_DIRECTORIES[kind]}/index.html`]],
    lead: describe(feature, context),
    main: html`${renderRelated(feature, related, links)}
${renderDownloads(path, size)}
${[...users].map(([workload, list]) => renderWorkload(workload, list, context, links))}`,
  };
}
