// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../../analysis/feature.js";
import { listUserRows, makeFeaturePage, USER_COLUMNS } from "./feature-page.js";
import type { FeatureUsers, UsedFeature } from "./feature-users.js";
import { Links } from "./links.js";
import { makeFeatureList } from "./list-pages.js";
import type { Overview } from "./overview.js";
import { featurePath, rootOf } from "./paths.js";
import type { SitePages } from "./site-pages.js";

/** All kinds, in the order in which they are shown. */
export const FEATURE_KINDS: readonly FeatureKind[] = ["syscall", "sub-feature", "pseudo-file"];

/** The functions of a call, or the call of a function. */
function listRelated({ kind, name }: UsedFeature, users: FeatureUsers): readonly UsedFeature[] {
  if (kind === "syscall") {
    return users.list("sub-feature").filter((feature) => feature.name.startsWith(`${name}:`));
  }
  const call = kind === "sub-feature" ? name.split(":")[0] : undefined;
  return users.list("syscall").filter((feature) => feature.name === call);
}

/** Writes a page for each feature with its users as downloads, and the lists of features. */
export async function writeFeatures(overview: Overview, pages: SitePages): Promise<void> {
  const { packages, measured, users, workload } = overview;
  for (const kind of FEATURE_KINDS) {
    const features = users.list(kind);
    for (const feature of features) {
      const path = featurePath(kind, feature.name);
      const head = { name: "users", title: `Packages that use ${feature.name}`, columns: USER_COLUMNS };
      await pages.writeDownloads(path, head, listUserRows(feature, packages));
      const links = new Links(pages.known, rootOf(path));
      await pages.write(makeFeaturePage(feature, listRelated(feature, users), { packages, measured }, links));
    }
    // The navigation leads to the list of calls in any case.
    if (features.length > 0 || kind === "syscall") {
      await pages.write(makeFeatureList(kind, features, [workload, measured.get(workload) ?? 0], pages.known));
    }
  }
}
