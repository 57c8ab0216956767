// SPDX-License-Identifier: GPL-3.0-or-later
import type { Node } from "./c-parser.js";

/**
 * What becomes of a call's result. checked: it is compared, or decides where the program goes. passed-on: it is returned, or an argument
 * of another call. stored: it is kept somewhere, and not compared in the same function. ignored: nobody looks at it. discarded: the same,
 * said by a cast to void.
 */
export type ResultUse = "checked" | "passed-on" | "stored" | "ignored" | "discarded";

const CONDITIONS: ReadonlySet<string> = new Set([
  "if_statement",
  "while_statement",
  "do_statement",
  "switch_statement",
  "conditional_expression",
]);
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">=", "&&", "||"]);

function isCondition(node: Node, parent: Node): boolean {
  if (parent.type === "for_statement") {
    return parent.childForFieldName("condition")?.id === node.id;
  }
  return CONDITIONS.has(parent.type) && parent.childForFieldName("condition")?.id === node.id;
}

function isCompared(parent: Node): boolean {
  const operator = parent.childForFieldName("operator")?.text;
  return (
    (parent.type === "binary_expression" && operator !== undefined && COMPARISONS.has(operator)) ||
    (parent.type === "unary_expression" && operator === "!")
  );
}

function findFunction(node: Node): Node | null {
  for (let current: Node | null = node; current !== null; current = current.parent) {
    if (current.type === "function_definition") {
      return current;
    }
  }
  return null;
}

/** What is done, later in the same function, with the place where a result was stored. */
function followStored(place: string, from: Node): ResultUse {
  const scope = findFunction(from);
  let use: ResultUse = "stored";
  for (const mention of scope?.descendantsOfType(["identifier", "field_expression", "subscript_expression"]) ?? []) {
    if (mention === null || mention.startIndex <= from.endIndex || mention.text !== place) {
      continue;
    }
    const found = judge(mention);
    if (found === "checked") {
      return found;
    }
    use = found === "passed-on" ? found : use;
  }
  return use;
}

/** The use of an expression's value, by what stands around it. */
function judge(expression: Node): ResultUse {
  let node = expression;
  for (let parent = node.parent; parent !== null; node = parent, parent = node.parent) {
    if (isCondition(node, parent) || isCompared(parent)) {
      return "checked";
    }
    switch (parent.type) {
      case "parenthesized_expression":
      case "binary_expression":
      case "unary_expression":
      case "conditional_expression":
      case "update_expression":
        continue;
      case "cast_expression":
        if (parent.childForFieldName("type")?.text === "void") {
          return "discarded";
        }
        continue;
      case "comma_expression":
        if (parent.childForFieldName("right")?.id !== node.id) {
          return "ignored";
        }
        continue;
      case "assignment_expression":
        // The assignment's own value may be what is compared: if ((fd = open(...)) < 0).
        return judgeAssignment(node, parent);
      case "init_declarator":
        return followStored(parent.childForFieldName("declarator")?.text.replace(/^\*+\s*/, "") ?? "", parent);
      case "return_statement":
      case "argument_list":
        return "passed-on";
      case "expression_statement":
      case "for_statement":
        return "ignored";
      default:
        return "stored";
    }
  }
  return "ignored";
}

function judgeAssignment(value: Node, assignment: Node): ResultUse {
  const left = assignment.childForFieldName("left");
  if (left === null || left.id === value.id) {
    return "stored";
  }
  const own = judge(assignment);
  return own === "checked" || own === "passed-on" ? own : followStored(left.text, assignment);
}

/** Tells what becomes of the result of a call, within its function. */
export function judgeResultUse(call: Node): ResultUse {
  return judge(call);
}
