// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, chown, readFile, stat, truncate } from "node:fs/promises";
import { expect, it } from "vitest";
import { addToken, TokenFile } from "../../src/server/tokens.js";
import { openScratch } from "../support/scratch.js";

it("makes tokens that only their hashes are kept of", async () => {
  const scratch = await openScratch();
  const file = scratch.path("tokens");
  const [first, second] = [await addToken(file, "buildd-1"), await addToken(file, "ada@example.org")];
  expect(first).toMatch(/^loupe_[\w-]{43}$/);
  expect(second).not.toBe(first);
  const text = await readFile(file, "utf8");
  expect(text).toMatch(/^buildd-1 [0-9a-f]{64}\nada@example\.org [0-9a-f]{64}\n$/);
  expect(text).not.toContain(first.slice(6));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const tokens = await TokenFile.open(file);
  expect(await tokens.find(first)).toBe("buildd-1");
  expect(await tokens.find(second)).toBe("ada@example.org");
  for (const wrong of ["", first.slice(0, -1), `${first}x`, text.slice(9, 73)]) {
    expect(await tokens.find(wrong), wrong).toBeUndefined();
  }
});

it("loses no token where many are made at the same time", async () => {
  const scratch = await openScratch();
  const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
  const made = await Promise.all(names.map((name) => addToken(scratch.path("tokens"), name)));
  const tokens = await TokenFile.open(scratch.path("tokens"));
  expect(await Promise.all(made.map((token) => tokens.find(token)))).toEqual(names);
});

it("forgets a token whose line is gone, and knows a new one, without being opened again", async () => {
  const scratch = await openScratch();
  const file = scratch.path("tokens");
  const first = await addToken(file, "first");
  const tokens = await TokenFile.open(file);
  await truncate(file, 0);
  const second = await addToken(file, "second");
  expect(await tokens.find(first)).toBeUndefined();
  expect(await tokens.find(second)).toBe("second");
});

it("refuses names that cannot be one or are there", async () => {
  const scratch = await openScratch();
  await addToken(scratch.path("tokens"), "ada");
  await expect(addToken(scratch.path("tokens"), "ada")).rejects.toThrow(
    /tokens: has a token of ada; remove its line first/,
  );
  for (const name of ["", "a b", "a\nroot", "-x", "x".repeat(65), "ü"]) {
    await expect(addToken(scratch.path("tokens"), name)).rejects.toThrow(/a name has letters, digits/);
  }
});

it("refuses files that others can read or change, or that are none", async () => {
  const scratch = await openScratch();
  const file = scratch.path("tokens");
  const refuse = async (sentence: RegExp): Promise<void> => {
    await expect(TokenFile.open(file)).rejects.toThrow(sentence);
  };
  await refuse(/tokens: cannot be read: no such file or directory.*loupe serve token NAME/);
  await addToken(file, "ada");
  for (const mode of [0o604, 0o620, 0o602, 0o666]) {
    await chmod(file, mode);
    await refuse(/its mode is 06\d\d, others may read or change it; "chmod 600/);
  }
  await chmod(file, 0o600);
  if (process.getuid?.() === 0) {
    await chown(file, 65534, 65534);
    await refuse(/belongs to another user/);
    await chown(file, 0, 0);
  }
  for (const line of ["ada", "ada xyz", `ada ${"0".repeat(63)}`, `../ada ${"0".repeat(64)}`]) {
    await scratch.file("tokens", `# people\n\n${line}\n`);
    await refuse(/tokens:3: not a name and the SHA-256 of a token/);
  }
  await scratch.file("tokens", `ada ${"0".repeat(64)}\nada ${"1".repeat(64)}`);
  await refuse(/tokens:2: ada is there twice/);
  await truncate(file, 2 * 1024 * 1024);
  await refuse(/not a regular file of at most/);
  await expect(TokenFile.open(scratch.directory)).rejects.toThrow(/not a regular file/);
});
