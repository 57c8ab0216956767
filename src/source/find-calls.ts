// SPDX-License-Identifier: GPL-3.0-or-later
import { CParser, type Node } from "./c-parser.js";
import { judgeResultUse, type ResultUse } from "./result-use.js";
import { readSourceFiles } from "./source-files.js";
import { findWrapped, parseSyscallConstant } from "./wrappers.js";

/** A place in a source that calls a system call by the C library's function for it. */
export interface SourceCall {
  /** Below the directory that was asked for. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The function as it is called; `syscall` with a constant has that call's name. */
  readonly wrapper: string;
  readonly syscall: string;
  readonly use: ResultUse;
}

/** What was found in a source tree. */
export interface SourceCalls {
  readonly files: number;
  /** Files in which a part is not understood, as macros may make it. */
  readonly filesWithErrors: number;
  /** In the order of files and lines. */
  readonly calls: readonly SourceCall[];
  /** Places that call syscall(2) with something that is no constant of sys/syscall.h. */
  readonly computed: readonly Pick<SourceCall, "file" | "line">[];
}

interface FileCalls {
  readonly calls: SourceCall[];
  readonly computed: Pick<SourceCall, "file" | "line">[];
  readonly defined: readonly string[];
  readonly hasErrors: boolean;
}

/** The name in a function's declarator: `static int *open(void)` has it below a pointer and its parameters. */
function definedName(definition: Node): string | undefined {
  let declarator = definition.childForFieldName("declarator");
  while (declarator !== null && declarator.type !== "identifier") {
    declarator = declarator.childForFieldName("declarator");
  }
  return declarator?.text;
}

function readCall(file: string, call: Node, into: FileCalls): void {
  const called = call.childForFieldName("function");
  if (called?.type !== "identifier") {
    return;
  }
  const line = call.startPosition.row + 1;
  const wrapper = called.text;
  if (wrapper === "syscall") {
    const number = call.childForFieldName("arguments")?.namedChild(0)?.text ?? "";
    const syscall = parseSyscallConstant(number);
    if (syscall === undefined) {
      into.computed.push({ file, line });
    } else {
      into.calls.push({ file, line, wrapper: syscall, syscall, use: judgeResultUse(call) });
    }
    return;
  }
  const syscall = findWrapped(wrapper);
  if (syscall !== undefined) {
    into.calls.push({ file, line, wrapper, syscall, use: judgeResultUse(call) });
  }
}

function readFileCalls(file: string, root: Node): FileCalls {
  const found: FileCalls = {
    calls: [],
    computed: [],
    defined: root.descendantsOfType("function_definition").flatMap((definition) => {
      const name = definition === null ? undefined : definedName(definition);
      return name === undefined ? [] : [name];
    }),
    hasErrors: root.hasError,
  };
  for (const call of root.descendantsOfType("call_expression")) {
    if (call !== null) {
      readCall(file, call, found);
    }
  }
  return found;
}

/**
 * Finds the system calls that the C source below a directory can make: calls of the C library's functions for them, and syscall(2). A
 * function that the source defines itself is no call of the library's. Throws UsageError, EnvironmentError.
 */
export async function findSourceCalls(directory: string): Promise<SourceCalls> {
  const parser = await CParser.open();
  const files: FileCalls[] = [];
  try {
    for await (const { path, text } of readSourceFiles(directory)) {
      files.push(parser.parse(text, (root) => readFileCalls(path, root)));
    }
  } finally {
    parser.close();
  }
  const own = new Set(files.flatMap(({ defined }) => defined));
  return {
    files: files.length,
    filesWithErrors: files.filter(({ hasErrors }) => hasErrors).length,
    calls: files.flatMap(({ calls }) => calls).filter(({ wrapper }) => !own.has(wrapper)),
    computed: own.has("syscall") ? [] : files.flatMap(({ computed }) => computed),
  };
}
