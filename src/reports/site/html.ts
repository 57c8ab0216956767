// SPDX-License-Identifier: GPL-3.0-or-later
// HTML that cannot be forgotten to be escaped: texts become HTML only by the template `html`, which escapes what is put into it.

/** Well-formed HTML. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may be put into HTML: texts and numbers are escaped, null and undefined are nothing. */
export type Content = Html | string | number | null | undefined | readonly (Html | string)[];

const SPECIAL: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that show nothing, or that would change how what follows them is shown: terminal control, direction, halves. */
const UNSHOWABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken away
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

const SUSPICIOUS = /[^\n\t -~]|[&<>"']/;

/** A text from a hostile place (a name, a path, a log) with a mark in the place of whatever cannot be shown. */
export function showText(text: string): string {
  return text.replace(UNSHOWABLE, "\ufffd");
}

/** A text as HTML, for elements and for values of attributes in double quotes. */
export function escapeHtml(text: string): string {
  // Nearly all texts are plain, and there are millions of them.
  return SUSPICIOUS.test(text) ? showText(text).replace(/[&<>"']/g, (character) => SPECIAL[character] as string) : text;
}

function render(content: Content): string {
  if (typeof content === "string") {
    return escapeHtml(content);
  }
  if (content instanceof Html) {
    return content.text;
  }
  if (content === null || content === undefined) {
    return "";
  }
  return typeof content === "number" ? String(content) : content.map(render).join("");
}

/** HTML as written, with whatever is put into it escaped. Attributes have to be in double quotes where something is put into them. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let text = strings[0] as string;
  for (let index = 0; index < contents.length; index++) {
    text += render(contents[index]) + (strings[index + 1] as string);
  }
  return new Html(text);
}

/** HTML where there is something to say, else nothing. */
export function when<Value>(value: Value | null | undefined | false, write: (value: Value) => Html): Html {
  return value === null || value === undefined || value === false ? NOTHING : write(value);
}

export const NOTHING = new Html("");
