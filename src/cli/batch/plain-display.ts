// SPDX-License-Identifier: GPL-3.0-or-later
import type { BatchNews } from "../../batch/news.js";
import { nameOf } from "../../batch/package-run.js";
import { formatDuration } from "../progress/describe.js";
import { cleanText } from "../terminal.js";
import { describeEnded, describeReason } from "./describe.js";
import type { BatchProgressState } from "./progress-state.js";

/** Shows a person on standard error how far a batch is. */
export interface BatchDisplay {
  readonly listener: (news: BatchNews) => void;
  end(): Promise<void>;
}

/** What is worth a line that stays. */
export function describeNews(news: BatchNews): string | undefined {
  switch (news.kind) {
    case "ended":
      return describeEnded(news.entry);
    case "deferred":
      return `${nameOf(news.source)}: tried again in ${formatDuration(news.delaySeconds)}: ${describeReason(news.reason)}`;
    case "trouble":
      return news.words.split("\n").map(cleanText).join("\n");
    case "begun":
    case "stage":
      return undefined;
  }
}

/** A line for every package that ends, with how many there are; every stage, too, where that was asked for. */
export function makePlainDisplay(
  state: BatchProgressState,
  write: (line: string) => void,
  stages: "shown" | "hidden",
): BatchDisplay {
  return {
    listener: (news) => {
      state.update(news);
      const line = describeNews(news);
      if (news.kind === "ended") {
        write(`${line} [${state.title}]`);
      } else if (line !== undefined) {
        write(line);
      } else if (news.kind === "stage" && stages === "shown") {
        write(`${nameOf(news.source)}: ${news.stage}`);
      }
    },
    end: async () => undefined,
  };
}
