// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell, Figure } from "../figure.js";
import { formatCsvLine, toRowObject } from "../format-figure.js";
import { MOST_ROWS, type ShownFigure } from "./figure-page.js";
import { withSuffix } from "./paths.js";
import type { PartedFile, SiteDirectory } from "./site-directory.js";

/** What a figure is, without its rows. */
export type FigureHead = Omit<Figure, "rows">;

/** The downloads of a figure while its rows come along: they need not be in memory at once. */
export class FigureFiles {
  #rows = 0;
  readonly #first: (readonly Cell[])[] = [];

  private constructor(
    private readonly head: FigureHead,
    private readonly csv: PartedFile,
    private readonly json: PartedFile,
  ) {}

  /** `path` is that of the page beside which the files go. */
  static async open(directory: SiteDirectory, path: string, head: FigureHead): Promise<FigureFiles> {
    const csv = await directory.open(withSuffix(path, ".csv"));
    const json = await directory.open(withSuffix(path, ".json"));
    await csv.add(formatCsvLine(head.columns.map(({ key }) => key)));
    await json.add(`{\n"figure": ${JSON.stringify(head.name)},\n"title": ${JSON.stringify(head.title)},\n"rows": [`);
    return new FigureFiles(head, csv, json);
  }

  async add(rows: Iterable<readonly Cell[]>): Promise<void> {
    for (const cells of rows) {
      if (this.#first.length < MOST_ROWS) {
        this.#first.push(cells);
      }
      const object = JSON.stringify(toRowObject(this.head.columns, cells));
      const waits = [this.csv.add(formatCsvLine(cells)), this.json.add(`${this.#rows === 0 ? "\n" : ",\n"}${object}`)];
      this.#rows++;
      for (const wait of waits) {
        if (wait !== undefined) {
          await wait;
        }
      }
    }
  }

  /** Completes the files; returns the figure with the rows that a page shows. */
  async close(workload: string): Promise<ShownFigure> {
    await this.json.add("\n]\n}\n");
    await this.csv.close();
    await this.json.close();
    return { figure: { ...this.head, rows: this.#first }, rows: this.#rows, workload };
  }
}
