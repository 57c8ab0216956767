// SPDX-License-Identifier: GPL-3.0-or-later
// A C project as a package might hold it: ten files that include the usual headers, and a makefile.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILES = 10;
const FUNCTIONS = 40;

function writeFunction(file: number, index: number): string {
  return `
static int compare_${index}(const void *left, const void *right) {
  return *(const int *)left - *(const int *)right + ${index};
}
int work_${file}_${index}(char *text, size_t length) {
  int values[64];
  for (size_t i = 0; i < 64; i++) values[i] = (int)(i * ${index + 3} % (length + 1));
  qsort(values, 64, sizeof values[0], compare_${index});
  snprintf(text, length, "%d %s", values[${index}], strerror(${index}));
  return (int)strlen(text) + isalpha(text[0]);
}`;
}

function writeSource(file: number): string {
  const headers = ["ctype.h", "errno.h", "stdio.h", "stdlib.h", "string.h", "sys/socket.h", "time.h", "unistd.h"];
  const functions = Array.from({ length: FUNCTIONS }, (_, index) => writeFunction(file, index));
  return [...headers.map((header) => `#include <${header}>`), ...functions, ""].join("\n");
}

/** Writes the project; `make` builds `program` from it. */
export async function writeProject(directory: string): Promise<void> {
  const names = Array.from({ length: FILES }, (_, file) => `part${file}`);
  for (const [file, name] of names.entries()) await writeFile(join(directory, `${name}.c`), writeSource(file));
  const main =
    "int work_0_0(char *text, unsigned long length);\nint main(void) { char text[99]; return work_0_0(text, 99) < 0; }\n";
  await writeFile(join(directory, "main.c"), main);
  const objects = [...names, "main"].map((name) => `${name}.o`).join(" ");
  await writeFile(join(directory, "Makefile"), `CFLAGS = -O2\nprogram: ${objects}\n\t$(CC) -o $@ ${objects}\n`);
}
