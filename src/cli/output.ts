// SPDX-License-Identifier: GPL-3.0-or-later

/** Writes a result to standard output and waits until it is written; a reader that has gone away is no error. */
export async function printResult(text: string): Promise<void> {
  await printBytes(text);
}

/** The same for a result that need not be text. */
export async function printBytes(bytes: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") {
        resolve();
      } else {
        reject(error);
      }
    });
    process.stdout.write(bytes, () => resolve());
  });
}

/** Writes a line for a person to standard error. */
export function printMessage(text: string): void {
  process.stderr.write(`loupe: ${text}\n`);
}
