// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../../analysis/feature.js";
import { type Html, html } from "./html.js";
import { featurePath, packagePath } from "./paths.js";

/** What has a page, so that no link leads nowhere. */
export interface KnownPages {
  readonly packages: ReadonlySet<string>;
  /** Kinds of features that have a list. */
  readonly kinds: ReadonlySet<FeatureKind>;
  hasFeature(kind: string, name: string): boolean;
}

/** Links from a page that is so far from the root. */
export class Links {
  constructor(
    private readonly known: KnownPages,
    private readonly root: string,
  ) {}

  package(name: string): Html {
    return this.known.packages.has(name) ? html`<a href="${this.root}${packagePath(name)}">${name}</a>` : html`${name}`;
  }

  feature(kind: FeatureKind, name: string): Html {
    return this.known.hasFeature(kind, name)
      ? html`<a href="${this.root}${featurePath(kind, name)}"><code>${name}</code></a>`
      : html`<code>${name}</code>`;
  }

  path(path: string): string {
    return `${this.root}${path}`;
  }
}
