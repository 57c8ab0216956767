// SPDX-License-Identifier: GPL-3.0-or-later
import { ProcessOutput } from "listr2";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** A terminal that has been closed is no reason to die before what was started is ended: SIGHUP sees to that. */
function ignoreWriteError(): void {}

/**
 * Standard error while the live display is on it, and nothing else: listr2 alone would take standard output, too. What others
 * write there meanwhile, which would tear the display, waits until it has ended.
 */
export class DisplayOutput extends ProcessOutput {
  readonly #terminal: NodeJS.WriteStream;
  readonly #write = process.stderr.write;
  #held: Uint8Array[] = [];

  constructor() {
    super(process.stderr, process.stderr);
    // Not a copy of the stream, which would not learn of another width of the terminal.
    this.#terminal = Object.create(process.stderr, { write: { value: this.#write.bind(process.stderr) } });
  }

  override get stdout(): NodeJS.WriteStream {
    return this.#terminal;
  }

  override get stderr(): NodeJS.WriteStream {
    return this.#terminal;
  }

  override hijack(): void {
    process.stderr.on("error", ignoreWriteError);
    this.#terminal.write(HIDE_CURSOR);
    process.stderr.write = this.#hold;
    this.active = true;
  }

  override release(): void {
    process.stderr.write = this.#write;
    this.#terminal.write(SHOW_CURSOR);
    for (const text of this.#held) {
      process.stderr.write(text);
    }
    this.#held = [];
    this.active = false;
  }

  readonly #hold = (
    chunk: Uint8Array | string,
    encodingOrCallback?: BufferEncoding | ((error?: Error | null) => void),
    callback?: (error?: Error | null) => void,
  ): boolean => {
    const encoding = typeof encodingOrCallback === "string" ? encodingOrCallback : undefined;
    const text = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    // log-update hides the cursor again with every picture.
    if (!Buffer.from(HIDE_CURSOR).equals(text) && !Buffer.from(SHOW_CURSOR).equals(text)) {
      this.#held.push(text);
    }
    const done = typeof encodingOrCallback === "function" ? encodingOrCallback : callback;
    done?.();
    return true;
  };
}
