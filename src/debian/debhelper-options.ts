// SPDX-License-Identifier: GPL-3.0-or-later

/** An option of a debhelper command: its spellings (one letter: `-x`, else `--xyz`) and whether it takes a value. */
export interface OptionSpecification<Name extends string> {
  readonly name: Name;
  readonly spellings: readonly string[];
  readonly value: "none" | "required" | "optional";
}

/** An option that was given; `value` is present where the option takes one. */
export interface GivenOption<Name extends string> {
  readonly name: Name;
  readonly value?: string;
}

/** A parsed command line. `problems` are worded as debhelper words them. */
export interface ParsedOptions<Name extends string> {
  readonly options: readonly GivenOption<Name>[];
  readonly problems: readonly string[];
  /** Words that are no options, and all after `--`. */
  readonly operands: readonly string[];
  /** What `-O` handed on, known here or not. */
  readonly passedOn: readonly string[];
}

/** `-O` hands an option to whichever command knows it. */
const PASSED_ON = "O";

class OptionScanner<Name extends string> {
  readonly options: GivenOption<Name>[] = [];
  readonly passedOn: string[] = [];
  readonly problems: string[] = [];
  readonly operands: string[] = [];
  readonly #words: string[];
  readonly #specifications: readonly OptionSpecification<Name>[];

  constructor(words: readonly string[], specifications: readonly OptionSpecification<Name>[]) {
    this.#words = [...words];
    this.#specifications = specifications;
  }

  scan(): void {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === "--") {
        this.operands.push(...this.#words.splice(0));
      } else if (word.startsWith("--")) {
        this.#scanLong(word.slice(2));
      } else if (word.startsWith("-") && word.length > 1) {
        this.#scanBundle(word.slice(1));
      } else {
        this.operands.push(word);
      }
    }
  }

  #scanLong(text: string): void {
    const equals = text.indexOf("=");
    const spelling = equals === -1 ? text : text.slice(0, equals);
    const attached = equals === -1 ? undefined : text.slice(equals + 1);
    const specification = spelling.length > 1 ? this.#find(spelling) : undefined;
    if (specification === undefined) {
      this.problems.push(`Unknown option: ${spelling}`);
    } else if (specification.value === "none" && attached !== undefined) {
      this.problems.push(`Option ${spelling} does not take an argument`);
    } else {
      this.#give(specification, spelling, attached);
    }
  }

  /** `-vpfoo`: letters up to the first one that takes a value, then its value. */
  #scanBundle(letters: string): void {
    for (let index = 0; index < letters.length; index++) {
      const letter = letters.charAt(index);
      const rest = letters.slice(index + 1);
      if (letter === PASSED_ON) {
        const passed = rest === "" ? this.#words.shift() : rest;
        if (passed === undefined) {
          this.problems.push(`Option ${letter} requires an argument`);
        } else {
          this.passedOn.push(passed);
        }
        return;
      }
      const specification = this.#find(letter);
      if (specification === undefined) {
        this.problems.push(`Unknown option: ${letter}`);
      } else if (specification.value !== "none") {
        this.#give(specification, letter, rest === "" ? undefined : rest);
        return;
      } else {
        this.#give(specification, letter, undefined);
      }
    }
  }

  #give(specification: OptionSpecification<Name>, spelling: string, attached: string | undefined): void {
    const { name, value: kind } = specification;
    if (kind === "none") {
      this.options.push({ name });
      return;
    }
    const value = attached ?? (kind === "required" ? this.#words.shift() : "");
    if (value === undefined) {
      this.problems.push(`Option ${spelling} requires an argument`);
    } else {
      this.options.push({ name, value });
    }
  }

  #find(spelling: string): OptionSpecification<Name> | undefined {
    return this.#specifications.find(({ spellings }) => spellings.includes(spelling));
  }
}

/**
 * Parses options as debhelper's commands do (Dh_Getopt: bundled letters, exact long names). What `-O` passes on is parsed
 * last, one word at a time, and dropped silently where it is not known (debhelper(7)).
 */
export function parseDebhelperOptions<Name extends string>(
  words: readonly string[],
  specifications: readonly OptionSpecification<Name>[],
): ParsedOptions<Name> {
  const scanner = new OptionScanner(words, specifications);
  scanner.scan();
  const options = [...scanner.options];
  for (const word of scanner.passedOn) {
    const passed = parseDebhelperOptions([word], specifications);
    if (passed.problems.length === 0 && passed.operands.length === 0) {
      options.push(...passed.options);
    }
  }
  return { options, problems: scanner.problems, operands: scanner.operands, passedOn: scanner.passedOn };
}
