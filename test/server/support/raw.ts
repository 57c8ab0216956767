// SPDX-License-Identifier: GPL-3.0-or-later
// A client that does what no client should: it writes bytes to a socket.
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

export interface RawExchange {
  /** Everything that came back. */
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
  readonly seconds: number;
}

/** Writes parts with pauses between them, and waits until the server ends the connection or the time is over. */
export async function exchange(
  url: string,
  parts: Iterable<string | Uint8Array>,
  { pause = 0, patience = 3_000 }: { readonly pause?: number; readonly patience?: number } = {},
): Promise<RawExchange> {
  const { hostname, port } = new URL(url);
  const started = performance.now();
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let closed = false;
  const end = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      closed = true;
      resolve();
    });
  });
  const write = async (): Promise<void> => {
    for (const part of parts) {
      if (closed || socket.destroyed) {
        return;
      }
      if (!socket.write(part)) {
        await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), end]);
      }
      if (pause > 0) {
        await setTimeout(pause);
      }
    }
  };
  await Promise.race([Promise.all([write(), end]), setTimeout(patience)]);
  const result = { text: Buffer.concat(chunks).toString(), closed, seconds: (performance.now() - started) / 1000 };
  socket.destroy();
  return result;
}
