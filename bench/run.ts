// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench: measures what tracing costs and prints a table. Figures are not assertions: the status is 0 whatever
// they are.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Bench } from "./bench.js";
import { type Figure, measure } from "./measure.js";
import { listRows } from "./rows.js";
import { formatPage, printTable } from "./table.js";

const PAGE = "docs/benchmarks.md";

const USAGE = `Usage: npm run bench -- [--rounds N] [--only TEXT] [--write]

  --rounds N   rounds for each row (default 7, at least 5)
  --only TEXT  only the rows whose name holds TEXT
  --write      write ${PAGE} as well (all rows only)
`;

class UsageError extends Error {}

interface Choice {
  rounds: number;
  only: string;
  write: boolean;
}

function parseChoice(args: string[]): Choice {
  const options = { rounds: { type: "string" }, only: { type: "string" }, write: { type: "boolean" } } as const;
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
  try {
    values = parseArgs({ args, options }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
  const rounds = Number(values.rounds ?? 7);
  if (!Number.isInteger(rounds) || rounds < 5)
    throw new UsageError(`--rounds ${values.rounds}: give a whole number from 5 on`);
  if (values.write && values.only !== undefined) throw new UsageError("--write needs all rows: leave --only out");
  return { rounds, only: values.only ?? "", write: values.write ?? false };
}

async function run({ rounds, only, write }: Choice): Promise<void> {
  const bench = await Bench.open();
  try {
    const rows = (await listRows(bench)).filter((row) => row.name.includes(only));
    if (rows.length === 0) throw new UsageError(`--only ${only}: no row has that in its name`);
    const figures: Figure[] = [];
    for (const row of rows) {
      process.stderr.write(`measuring: ${row.name}\n`);
      figures.push(await measure(row, rounds));
    }
    printTable(figures);
    if (write) await writeFile(PAGE, formatPage(figures, rounds, new Date()));
  } finally {
    await bench.close();
  }
}

try {
  await run(parseChoice(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`bench: ${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
