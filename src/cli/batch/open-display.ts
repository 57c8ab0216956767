// SPDX-License-Identifier: GPL-3.0-or-later
import { printMessage } from "../output.js";
import { isLiveTerminal } from "../progress/open-display.js";
import { type BatchDisplay, makePlainDisplay } from "./plain-display.js";
import { BatchProgressState } from "./progress-state.js";

/** Opens the display that suits standard error; with `stages`, a line for every step of every package. */
export async function openBatchDisplay(stages: "shown" | "hidden"): Promise<BatchDisplay> {
  const state = new BatchProgressState();
  if (stages === "shown" || !isLiveTerminal(process)) {
    return makePlainDisplay(state, printMessage, stages);
  }
  const { openLiveBatchDisplay } = await import("./live-display.js");
  return openLiveBatchDisplay(state, printMessage);
}
