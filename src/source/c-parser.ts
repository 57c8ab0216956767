// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Language, type Node, Parser } from "web-tree-sitter";
import { EnvironmentError } from "../errors.js";

export type { Node } from "web-tree-sitter";

/** Beside the bundle, where scripts/lib/bundle.js copies it; else in the npm packages of a checkout. */
function findFile(name: string, inPackages: string): string {
  const candidates = [`./${name}`, `../../node_modules/${inPackages}/${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find(existsSync);
  if (found === undefined) {
    throw new EnvironmentError(`${name} is missing: neither of ${candidates.join(", ")} is there; install Loupe again`);
  }
  return found;
}

/** Parses C without running a preprocessor: all branches of #if are there, and macros look like calls. */
export class CParser {
  private constructor(private readonly parser: Parser) {}

  /** Throws EnvironmentError where the grammar is missing. */
  static async open(): Promise<CParser> {
    await Parser.init({ locateFile: (name: string) => findFile(name, "web-tree-sitter") });
    const parser = new Parser();
    parser.setLanguage(await Language.load(findFile("tree-sitter-c.wasm", "tree-sitter-c")));
    return new CParser(parser);
  }

  /** Calls `use` with the syntax tree of a text, which is gone afterwards. */
  parse<Result>(text: string, use: (root: Node) => Result): Result {
    const tree = this.parser.parse(text);
    if (tree === null) {
      throw new EnvironmentError("the C parser gave up");
    }
    try {
      return use(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  close(): void {
    this.parser.delete();
  }
}
