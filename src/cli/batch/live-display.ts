// SPDX-License-Identifier: GPL-3.0-or-later
import { Listr } from "listr2";
import { listRendererOptions } from "../progress/renderer-options.js";
import { StderrRenderer } from "../progress/stderr-renderer.js";
import { type BatchDisplay, describeNews } from "./plain-display.js";
import type { BatchProgressState } from "./progress-state.js";

const PAINT_MILLISECONDS = 1000;

/**
 * One picture that is painted again and again on standard error, which is a terminal: how many packages have ended, and what is running.
 * `write` gets what is to stay; it is shown when the picture has ended.
 */
export async function openLiveBatchDisplay(
  state: BatchProgressState,
  write: (line: string) => void,
): Promise<BatchDisplay> {
  let finish: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let shown: () => void = () => undefined;
  const isShown = new Promise<void>((resolve) => {
    shown = resolve;
  });
  const list = new Listr<unknown, typeof StderrRenderer>(
    [
      {
        title: "Packages",
        task: async () => {
          shown();
          await over;
        },
      },
    ],
    { renderer: StderrRenderer, rendererOptions: listRendererOptions(), registerSignalListeners: false },
  );
  const closed = list.run().catch(() => undefined);
  // listr2 loses details of what it has not painted yet.
  await isShown;
  const paint = (): void => {
    const [task] = list.tasks;
    if (task !== undefined) {
      task.title$ = state.title;
      task.output$ = state.details.join("\n");
    }
  };
  const timer = setInterval(paint, PAINT_MILLISECONDS);
  return {
    listener: (news) => {
      state.update(news);
      // What has ended is in the summary.
      if (news.kind === "trouble") {
        write(describeNews(news) ?? "");
      }
      paint();
    },
    end: async () => {
      clearInterval(timer);
      paint();
      finish();
      await closed;
    },
  };
}
