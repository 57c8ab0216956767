// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { describeCause } from "../src/describe-cause.js";

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => undefined).catch((cause: unknown) => cause);

it("has the system's words alone", async () => {
  expect(describeCause(await failure(readFile("/none/file")))).toBe("no such file or directory");
  expect(describeCause(await failure(readFile("/")))).toBe("illegal operation on a directory");
});

it("adds a path that the sentence does not name", async () => {
  const cause = await failure(readdir("/none/below"));
  expect(describeCause(cause, "/none")).toBe("no such file or directory: /none/below");
  expect(describeCause(cause, "/none/below")).toBe("no such file or directory");
});

it("leaves the words of other errors alone", () => {
  expect(describeCause(new SyntaxError("Unexpected end"))).toBe("Unexpected end");
  expect(describeCause(Object.assign(new Error("Unknown system error -122"), { errno: -122, syscall: "open" }))).toBe(
    "Unknown system error -122",
  );
  expect(describeCause("a text")).toBe("a text");
});
