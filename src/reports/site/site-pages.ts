// SPDX-License-Identifier: GPL-3.0-or-later
import { InterruptedError } from "../../errors.js";
import type { Cell, Figure } from "../figure.js";
import { FigureFiles, type FigureHead } from "./figure-files.js";
import type { ShownFigure } from "./figure-page.js";
import { type Page, renderPage, type SiteShell } from "./layout.js";
import type { KnownPages } from "./links.js";
import type { SiteDirectory } from "./site-directory.js";

/** The pages of a site while they are written. */
export class SitePages {
  #count = 0;

  constructor(
    readonly directory: SiteDirectory,
    readonly shell: SiteShell,
    readonly known: KnownPages,
    private readonly signal: AbortSignal,
  ) {}

  get count(): number {
    return this.#count;
  }

  /** Throws InterruptedError where the site is not wanted any more. */
  async write(page: Page): Promise<void> {
    if (this.signal.aborted) {
      throw new InterruptedError(`interrupted; ${this.directory.named} is as it was`);
    }
    this.#count++;
    await this.directory.write(page.path, renderPage(this.shell, page));
  }

  /** Opens the downloads that stand beside a page. */
  async openDownloads(path: string, head: FigureHead): Promise<FigureFiles> {
    return FigureFiles.open(this.directory, path, head);
  }

  /** Writes the downloads that stand beside a page. */
  async writeDownloads(path: string, head: FigureHead, rows: Iterable<readonly Cell[]>): Promise<ShownFigure> {
    const files = await this.openDownloads(path, head);
    await files.add(rows);
    return files.close("");
  }

  /** The same for a figure whose rows are there. */
  async writeFigure(path: string, figure: Figure): Promise<void> {
    await this.writeDownloads(path, figure, figure.rows);
  }
}
