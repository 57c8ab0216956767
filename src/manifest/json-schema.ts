// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";
import { MANIFEST_SCHEMA, manifestShape } from "./schema.js";

/** The text of the JSON Schema that is shipped, made from the schema that the code uses. */
export function formatJsonSchema(): string {
  const schema = z.toJSONSchema(manifestShape, { target: "draft-2020-12" });
  return `${JSON.stringify({ ...schema, title: MANIFEST_SCHEMA }, null, 2)}\n`;
}
