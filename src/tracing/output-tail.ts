// SPDX-License-Identifier: GPL-3.0-or-later

/** Keeps the end of a stream of bytes and forgets the rest, in constant memory however much is written. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;

  constructor(private readonly keepBytes: number) {}

  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    this.#total += chunk.length;
    while (this.#chunks.length > 0 && this.#kept - (this.#chunks[0]?.length ?? 0) >= this.keepBytes) {
      this.#kept -= this.#chunks.shift()?.length ?? 0;
    }
  }

  /** Bytes that were written and are not kept any more. */
  get dropped(): number {
    return this.#total - this.read().length;
  }

  read(): Buffer {
    const all = Buffer.concat(this.#chunks);
    return all.subarray(Math.max(0, all.length - this.keepBytes));
  }
}
