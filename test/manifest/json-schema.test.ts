// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { formatJsonSchema } from "../../src/manifest/json-schema.js";

// When the schema has changed: npx vitest run --project fast -u test/manifest/json-schema.test.ts
test("the shipped JSON Schema is the one that the code uses", async () => {
  await expect(formatJsonSchema()).toMatchFileSnapshot("../../src/manifest/loupe-manifest-1.schema.json");
});
