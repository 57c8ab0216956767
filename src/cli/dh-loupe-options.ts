// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from "node:path";
import type { StrategyName } from "../analysis/analysis.js";
import type { Variables } from "../debian/build-options.js";
import {
  type GivenOption,
  type OptionSpecification,
  type ParsedOptions,
  parseDebhelperOptions,
} from "../debian/debhelper-options.js";
import type { Selection } from "../debian/package-selection.js";
import { splitShellWords } from "../debian/shell-words.js";
import { UsageError } from "../errors.js";
import { type AnalysisOptions, chooseReplicas } from "./analysis-settings.js";
import { toConsideredPattern } from "./considered-option.js";

/** What dh_loupe was asked to do. */
export interface DhLoupeOptions extends AnalysisOptions {
  readonly action: "run" | "help" | "version";
  readonly verbose: boolean;
  readonly noAct: boolean;
  readonly selections: readonly Selection[];
  /** Selections that dh hands down through an override target. */
  readonly inheritedSelections: readonly Selection[];
  /** Packages that have been handled before are left out. */
  readonly remainingPackages: boolean;
  readonly consider: readonly string[];
  /** One observed run, no interposition. */
  readonly observe: boolean;
  readonly replicas: number;
  readonly strategy: StrategyName;
  /** Manifests to learn from what to try first. */
  readonly prior: readonly string[];
  /** Outcomes other than `analyzed` (`observed`, where that was asked for) are failures. */
  readonly strict: boolean;
  readonly timeLimitSeconds: number;
  readonly detach: readonly string[];
  /** The packages are finished: analyze those that dh has not built, and make the manifest one of the build's files. */
  readonly afterBuild: boolean;
  readonly output?: string;
  readonly workDirectory?: string;
  /** The options on the dh line of debian/rules, which dh passes on to every command. */
  readonly dhArguments: readonly string[];
  /** Sentences about options that were ignored. */
  readonly warnings: readonly string[];
}

type OptionName =
  | "verbose"
  | "no-act"
  | PackageOption
  | "remaining-packages"
  | "accepted"
  | "help"
  | "version"
  | "consider"
  | "observe"
  | "replicas"
  | "strategy"
  | "strict"
  | "output"
  | "work-dir"
  | "time-limit"
  | "detach"
  | "jobs"
  | "sub-features"
  | "pseudo-files"
  | "prior"
  | "metric"
  | "impact"
  | "strict-impact"
  | "after-build";

type PackageOption = "arch" | "indep" | "same-arch" | "package" | "no-package";

type Given = readonly GivenOption<OptionName>[];

const flag = (name: OptionName, ...spellings: string[]): OptionSpecification<OptionName> => ({
  name,
  spellings,
  value: "none",
});
const valued = (name: OptionName, ...spellings: string[]): OptionSpecification<OptionName> => ({
  name,
  spellings,
  value: "required",
});

/** The options that all debhelper commands share (debhelper(7)); those that mean nothing here are accepted. */
const SHARED: readonly OptionSpecification<OptionName>[] = [
  flag("verbose", "v", "verbose"),
  flag("no-act", "no-act"),
  flag("arch", "a", "arch"),
  flag("indep", "i", "indep"),
  flag("same-arch", "s", "same-arch"),
  valued("package", "p", "package"),
  valued("no-package", "N", "no-package"),
  flag("remaining-packages", "remaining-packages"),
  flag("accepted", "n", "noscripts", "no-scripts"),
  flag("accepted", "o", "onlyscripts", "only-scripts"),
  flag("accepted", "d", "A", "all"),
  valued("accepted", "P", "tmpdir", "mainpackage", "name", "dbg-package", "error-handler", "X", "exclude", "u"),
  { name: "accepted", spellings: ["V"], value: "optional" },
  flag("help", "h", "help"),
];

const OWN: readonly OptionSpecification<OptionName>[] = [
  flag("version", "version"),
  valued("consider", "consider"),
  flag("observe", "observe"),
  valued("replicas", "replicas"),
  valued("strategy", "strategy"),
  flag("strict", "strict"),
  valued("output", "output"),
  valued("work-dir", "work-dir"),
  valued("time-limit", "time-limit"),
  valued("detach", "detach"),
  valued("jobs", "jobs"),
  flag("sub-features", "sub-features"),
  flag("pseudo-files", "pseudo-files"),
  valued("prior", "prior"),
  valued("metric", "metric"),
  flag("impact", "impact"),
  flag("strict-impact", "strict-impact"),
  flag("after-build", "after-build"),
];

const SPECIFICATIONS = [...SHARED, ...OWN];

const STRATEGIES: readonly StrategyName[] = ["adaptive", "exhaustive"];
const LARGEST_REPLICAS = 100;
const LARGEST_JOBS = 1000;
/** Nobody knows yet how long the suite takes; a build daemon's own limit is of this order. */
const DEFAULT_TIME_LIMIT_SECONDS = 3600;

/** Separates the options in DH_INTERNAL_OPTIONS (debhelper's Dh_Getopt). */
const INTERNAL_SEPARATOR = "\x1e";

function toSelections(given: Given): readonly Selection[] {
  return given.flatMap(({ name, value = "" }): Selection[] => {
    switch (name) {
      case "arch":
      case "same-arch":
        return [{ kind: "arch" }];
      case "indep":
        return [{ kind: "indep" }];
      case "package":
        return [{ kind: "package", name: value }];
      case "no-package":
        return [{ kind: "exclude", name: value }];
      default:
        return [];
    }
  });
}

function findLast(given: Given, name: OptionName): string | undefined {
  return given.filter((option) => option.name === name).at(-1)?.value;
}

function findAll(given: Given, name: OptionName): readonly string[] {
  return given.flatMap((option) => (option.name === name && option.value !== undefined ? [option.value] : []));
}

/** The numbers that an option takes, and what they are called. */
interface Range {
  readonly isValid: (value: number) => boolean;
  readonly meaning: string;
}

function countUpTo(largest: number): Range {
  return {
    isValid: (n) => Number.isInteger(n) && n >= 1 && n <= largest,
    meaning: `a whole number from 1 to ${largest}`,
  };
}

const SECONDS: Range = { isValid: (n) => n > 0 && n < 1e7, meaning: "a number of seconds above 0 and below 10000000" };

function readNumber(given: Given, name: OptionName, fallback: number, { isValid, meaning }: Range): number {
  const text = findLast(given, name);
  if (text === undefined) {
    return fallback;
  }
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!isValid(value)) {
    throw new UsageError(`--${name} cannot be "${text}"; give ${meaning}`);
  }
  return value;
}

function readAnalysisOptions(given: Given): AnalysisOptions {
  const has = (name: OptionName): boolean => given.some((option) => option.name === name);
  const metric = findLast(given, "metric");
  return {
    subFeatures: has("sub-features"),
    pseudoFiles: has("pseudo-files"),
    ...(has("jobs") && { jobs: readNumber(given, "jobs", 1, countUpTo(LARGEST_JOBS)) }),
    ...(metric !== undefined && { metric }),
    impact: has("impact"),
    strictImpact: has("strict-impact"),
  };
}

function readReplicas(given: Given): number | undefined {
  return given.some(({ name }) => name === "replicas")
    ? readNumber(given, "replicas", 1, countUpTo(LARGEST_REPLICAS))
    : undefined;
}

function readStrategy(given: Given): StrategyName {
  const text = findLast(given, "strategy") ?? "adaptive";
  const strategy = STRATEGIES.find((known) => known === text);
  if (strategy === undefined) {
    throw new UsageError(`--strategy cannot be "${text}"; known: ${STRATEGIES.join(", ")}`);
  }
  return strategy;
}

/** Words that debhelper would have refused end the command with its own sentence (Dh_Getopt::parseopts). */
function refuseProblems(parsed: ParsedOptions<OptionName>, origin: string): void {
  const problems = [...parsed.problems, ...parsed.operands.map((word) => `Unexpected argument: ${word}`)];
  if (problems.length > 0) {
    throw new UsageError(`${problems.join("; ")}${origin}: unknown option or error during option parsing; aborting`);
  }
}

/**
 * Reads the command line and the environment as debhelper's commands do: DH_INTERNAL_OPTIONS (from dh), DH_OPTIONS, the
 * command line, and then DEB_LOUPE_OPTIONS, which adds our own options from outside the package.
 * Relative paths start at `directory`, the source tree. Throws UsageError.
 */
export function readDhLoupeOptions(words: readonly string[], variables: Variables, directory: string): DhLoupeOptions {
  const parse = (list: readonly string[]): ParsedOptions<OptionName> => parseDebhelperOptions(list, SPECIFICATIONS);
  const splitInternal = (text: string): readonly string[] => (text === "" ? [] : text.split(INTERNAL_SEPARATOR));
  const internal = parse(splitInternal(variables.DH_INTERNAL_OPTIONS ?? ""));
  const shared = parse((variables.DH_OPTIONS ?? "").split(/\s+/).filter((word) => word !== ""));
  const line = parse(words);
  const outside = parse(splitShellWords(variables.DEB_LOUPE_OPTIONS ?? "", "DEB_LOUPE_OPTIONS"));
  refuseProblems(line, "");
  refuseProblems(outside, " in DEB_LOUPE_OPTIONS");
  const named = [...shared.options, ...line.options, ...outside.options];
  const given = [...internal.options, ...named];
  const has = (name: OptionName): boolean => given.some((option) => option.name === name);
  const output = findLast(given, "output");
  const workDirectory = findLast(given, "work-dir");
  return {
    action: has("help") ? "help" : has("version") ? "version" : "run",
    verbose: has("verbose") || (variables.DH_VERBOSE ?? "") !== "",
    noAct: has("no-act") || (variables.DH_NO_ACT ?? "") !== "",
    selections: toSelections(named),
    inheritedSelections: toSelections(internal.options),
    remainingPackages: has("remaining-packages"),
    consider: findAll(given, "consider").map((word) => toConsideredPattern(word, directory)),
    observe: has("observe"),
    replicas: chooseReplicas(readReplicas(given), readAnalysisOptions(given)),
    strategy: readStrategy(given),
    strict: has("strict"),
    ...readAnalysisOptions(given),
    prior: findAll(given, "prior").map((path) => resolve(directory, path)),
    timeLimitSeconds: readNumber(given, "time-limit", DEFAULT_TIME_LIMIT_SECONDS, SECONDS),
    detach: findAll(given, "detach").map((word) => toConsideredPattern(word, directory)),
    afterBuild: has("after-build"),
    ...(output !== undefined && { output }),
    ...(workDirectory !== undefined && { workDirectory }),
    dhArguments: [...new Set([...internal.passedOn, ...line.passedOn])].filter((word) => !/^-[ai]$/.test(word)),
    warnings: shared.problems.length > 0 ? ["ignored unknown options in DH_OPTIONS"] : [],
  };
}
