// SPDX-License-Identifier: GPL-3.0-or-later
import type { ArgumentCondition, Rule, RuleAction, RuleTarget, Sandbox, TraceRequest } from "./trace-request.js";

function formatAction(action: RuleAction): string {
  switch (action.kind) {
    case "stub":
      return "stub";
    case "fake":
      return action.value === undefined ? "fake" : `fake=${action.value}`;
    case "errno":
      return `errno=${action.errno}`;
  }
}

function formatCondition({ index, mask, value }: ArgumentCondition): string {
  return `,arg${index}${mask === undefined ? "" : `&0x${mask.toString(16)}`}=0x${value.toString(16)}`;
}

function formatTarget(target: RuleTarget): string {
  return target.kind === "path"
    ? `path=${target.path}`
    : `${target.call}${(target.conditions ?? []).map(formatCondition).join("")}`;
}

/** A rule as the tracer's `--rule` option takes it (docs/tracer-protocol.md, Rules). */
export function formatRule(rule: Rule): string {
  return `${formatAction(rule.action)}:${formatTarget(rule.target)}`;
}

function formatSeconds(option: string, seconds: number | undefined): string[] {
  return seconds === undefined ? [] : [option, seconds.toFixed(3)];
}

function formatNumber(option: string, value: number | undefined): string[] {
  return value === undefined ? [] : [option, String(value)];
}

/** The options for a sandbox; none where there is none. */
export function formatSandbox(sandbox: Sandbox | undefined): string[] {
  return [
    ...(sandbox === undefined ? [] : ["--sandbox"]),
    ...(sandbox?.overlays ?? []).flatMap((directory) => ["--overlay", directory]),
    ...(sandbox?.keep ?? []).flatMap((path) => ["--keep", path]),
    ...formatSeconds("--hold", sandbox?.holdSeconds),
  ];
}

/** The command line of loupe-tracer for a request, without the program's own name. */
export function formatTracerArguments(request: TraceRequest, reportFile: string): string[] {
  const considered =
    request.considered === "all"
      ? ["--consider-all"]
      : request.considered.flatMap((pattern) => ["--consider", pattern]);
  const recorded = (request.recordArguments ?? []).flatMap(({ call, indexes }) => [
    "--record-argument",
    `${call}:${indexes.join("+")}`,
  ]);
  return [
    "--output",
    reportFile,
    ...considered,
    "--discover",
    request.discover,
    ...recorded,
    ...(request.record ?? []).map((kind) => `--record-${kind}`),
    ...(request.rules ?? []).flatMap((rule) => ["--rule", formatRule(rule)]),
    ...(request.detach ?? []).flatMap((pattern) => ["--detach", pattern]),
    ...formatSeconds("--time-limit", request.timeLimitSeconds),
    ...formatSeconds("--grace", request.graceSeconds),
    ...formatSeconds("--linger", request.lingerSeconds),
    ...formatSandbox(request.sandbox),
    ...formatNumber("--join", request.join),
    ...(request.endOnDeath === true ? ["--end-on-death"] : []),
    ...(request.expectedExits === undefined ? [] : ["--end-on-exit", request.expectedExits.join(",")]),
    ...formatNumber("--process-limit", request.processLimit),
    ...formatNumber("--memory-limit", request.memoryLimitKiB),
    "--",
    ...request.command,
  ];
}
