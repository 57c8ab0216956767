// SPDX-License-Identifier: GPL-3.0-or-later
// Compares what programs may call, by their code, with what they call in a workload: the table of docs/static.md.
//   npx tsx bench/static.ts
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listUsedSyscalls } from "../src/analysis/observed-features.js";
import { analyzeElf } from "../src/static/analyze-elf.js";
import { ModuleLoader } from "../src/static/modules.js";
import { runTracer } from "../src/tracing/tracer.js";

interface Case {
  readonly program: string;
  readonly script: string;
}

/** Programs, and shell commands that use more than one way of each. */
const CASES: readonly Case[] = [
  { program: "/usr/bin/gzip", script: "gzip -k numbers; gzip -t numbers.gz; gzip -dc numbers.gz; gzip -l numbers.gz" },
  {
    program: "/usr/bin/sort",
    script: "sort -S 64K --parallel=2 numbers -o sorted; sort -R numbers; sort -u -c numbers",
  },
  { program: "/usr/bin/sed", script: "sed -i.bak s/1/2/ copy; sed -n 2,4p copy; sed --posix wout copy" },
  {
    program: "/usr/bin/tar",
    script: "tar czf t.tgz numbers copy; mkdir x; tar xzf t.tgz -C x; tar tvf t.tgz; tar --delete -f t.tgz y",
  },
  { program: "/usr/bin/ls", script: "ls -la /etc; ls -R . ; ls --color=always -Z" },
  {
    program: "/usr/bin/find",
    script: "find /etc -name 'p*' -exec echo {} +; find . -type f -newer numbers -ls; find x -delete",
  },
  { program: "/usr/bin/grep", script: "grep -r root /etc/passwd .; grep -P '1{2}' numbers; grep -c 1 < numbers" },
  { program: "/usr/bin/cp", script: "cp -a numbers n2; cp -r x y; cp --sparse=always numbers n3; cp -l numbers n4" },
  { program: "/usr/bin/xz", script: "xz -k -T2 numbers; xz -l numbers.xz; xz -dc numbers.xz" },
  {
    program: "/usr/bin/make",
    script: "printf 'all: a b\\na b:\\n\\tsleep 0.1\\n' > Makefile; make -j2; make -n; make -C . none",
  },
  {
    program: "/bin/bash",
    script:
      "bash -c 'for i in 1 2; do (echo $i); done | cat; x=$(date); trap : USR1; kill -USR1 $$; wait; cd /; ulimit -n'",
  },
  {
    program: "/usr/bin/curl",
    script: "curl -s file:///etc/hostname; curl -s -m 2 http://127.0.0.1:9/; curl --version",
  },
  {
    program: "/usr/bin/perl",
    script: 'perl -MList::Util=sum -e \'print sum(1..9); system("true"); open F, "numbers"; sleep 0\'',
  },
  {
    program: "/usr/bin/python3",
    script: "python3 -c 'import json, threading, subprocess; subprocess.run([\"true\"])'",
  },
];

async function listUsed({ program, script }: Case, directory: string): Promise<readonly string[]> {
  const { report } = await runTracer({
    command: ["/bin/sh", "-c", script],
    directory,
    considered: [`*/${program.replace(/.*\//, "")}`, `*/${program.replace(/.*\//, "")}.*`],
    discover: "counts",
    output: { kind: "ignore" },
  });
  return listUsedSyscalls(report).map(({ feature }) => feature.name);
}

const loader = new ModuleLoader();
console.log("| program | files | used | static | everywhere | missed | may be more |");
console.log("|---|---|---|---|---|---|---|");
for (const entry of CASES) {
  const directory = await mkdtemp(join(tmpdir(), "loupe-static-"));
  const numbers = Array.from({ length: 20000 }, (_, index) => `${index * 7919}\n`).join("");
  await writeFile(join(directory, "numbers"), numbers);
  await writeFile(join(directory, "copy"), numbers);
  const used = await listUsed(entry, directory);
  const analysis = await analyzeElf(loader, entry.program, []);
  const found = new Set(analysis.syscalls.map(({ name }) => name));
  const missed = used.filter((name) => !found.has(name));
  const kinds = [...new Set(analysis.unknown.map(({ kind }) => kind))];
  const cells = [
    entry.program.replace(/.*\//, ""),
    analysis.libraries.length + 1,
    used.length,
    found.size,
    analysis.everywhere.length,
    missed.join(", ") || "none",
    kinds.join(", ") || "no",
  ];
  console.log(`| ${cells.join(" | ")} |`);
  await rm(directory, { recursive: true });
}
