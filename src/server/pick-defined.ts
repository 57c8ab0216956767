// SPDX-License-Identifier: GPL-3.0-or-later

/** An object without what is undefined in it. */
export type Defined<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };

/** Takes out of a query what was given. */
export function pickDefined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<Value>;
}
