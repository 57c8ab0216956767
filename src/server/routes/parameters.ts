// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";
import { failure } from "../../api/schemas.js";

const LARGEST_PAGE = 1000;
const LONGEST_TEXT = 1024;

/** A name or a version that somebody asks for. */
export const asked = z
  .string()
  .min(1)
  .max(LONGEST_TEXT)
  // No text of a database has one, and PostgreSQL refuses to be asked for it.
  .refine((text) => !text.includes("\0"), "has a NUL in it");

/** Which part of an answer. */
export const page = {
  after: asked.optional().describe("`next` of the page before"),
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(200).describe("how many at most"),
};

/** Replies that any route may give. */
export const failures = {
  400: failure.describe("a parameter is wrong"),
  429: failure.describe("too many requests; see Retry-After"),
  503: failure.describe("the database cannot be used at the moment; see Retry-After"),
};
