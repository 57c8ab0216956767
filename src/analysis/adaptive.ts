// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll, waitForAll } from "../run-all.js";
import { AdaptiveSearch, listHopeless, treat } from "./adaptive-search.js";
import type { Experimenter, ExperimentResult, TreatedFeature } from "./experiment.js";
import { type AnalyzedFeature, decideVerdict, type Feature, type UsedFeature } from "./feature.js";
import { Ground } from "./ground.js";
import { judgeAllIdle, judgeIdle, listIdleGroups } from "./idle-search.js";
import type { Prior } from "./prior.js";

/** How many seconds the tests of the first excerpt may take, in which most runs are made. */
const FIRST_EXCERPT_SECONDS = 0.5;

/**
 * The quickest tests that need the considered programs: those that are lost when calls are stubbed without which hardly any program
 * starts. Undefined where tests cannot be run without the others.
 */
async function openFirstExcerpt(
  features: readonly Feature[],
  whole: Ground,
  prior: Prior,
): Promise<Ground | undefined> {
  const { experimenter } = whole;
  if (!experimenter.hasSeparateTests) {
    return undefined;
  }
  const calls = features.filter(({ kind }) => kind === "syscall");
  const hopeless = listHopeless(calls, prior);
  const { lost } = await experimenter.survey({ treated: treat(hopeless.length > 0 ? hopeless : calls, "stub") });
  const excerpt = await experimenter.openExcerpt(lost, FIRST_EXCERPT_SECONDS);
  return excerpt && new Ground(excerpt, "excerpt");
}

/** Takes out of a group that failed what makes its lost tests fail, as far as they show it without the others. Tells whether there was any. */
async function searchLost(
  { experiment, lost }: ExperimentResult,
  search: AdaptiveSearch,
  whole: Ground,
): Promise<boolean> {
  const excerpt = await whole.openLost(lost);
  if (excerpt === undefined) {
    return false;
  }
  const passing = await search.searchGroup(experiment.treated, excerpt);
  await search.finishProofs();
  return passing.length < experiment.treated.length;
}

/** What was taken out twice works alone in an excerpt and not together with others: whether it is avoidable, the whole suite has to tell. */
const MOST_DROPS = 2;

/** Runs groups once, with all tests that are lost told. */
async function surveyAll(
  groups: readonly (readonly TreatedFeature[])[],
  whole: Ground,
): Promise<readonly ExperimentResult[]> {
  return runAll(
    groups.filter((group) => group.length > 0),
    (treated) => whole.experimenter.survey({ treated }),
  );
}

/** What the surveys of everything avoidable have shown, and what of it may have to be judged alone. */
interface Surveys {
  readonly results: readonly ExperimentResult[];
  readonly doubtful: readonly TreatedFeature[];
}

/**
 * Runs everything avoidable on the whole suite, with all tests that are lost told; what makes them fail is looked for in them alone, until
 * nothing is lost any more or they do not show it.
 */
async function searchLosses(features: readonly Feature[], search: AdaptiveSearch, whole: Ground): Promise<Surveys> {
  for (;;) {
    const { joint, others } = search.listAvoidable(features);
    const isTold = (treated: TreatedFeature): boolean => search.countDrops(treated) < MOST_DROPS;
    const results = await surveyAll([joint.filter(isTold), others.filter(isTold)], whole);
    const failed = results.filter(({ works }) => !works);
    const changed = await runAll(failed, (result) => searchLost(result, search, whole));
    if (!changed.includes(true)) {
      return { results, doubtful: [...joint, ...others].filter((treated) => !isTold(treated)) };
    }
  }
}

/**
 * Runs to the end what only seemed to work: everything avoidable at once, and what can be faked as well as stubbed, faked at once.
 * Both have to be run in any case. What makes one of them fail is taken out. What is in `doubtful` is tried alone.
 */
async function confirmLeads(
  features: readonly Feature[],
  doubtful: readonly TreatedFeature[],
  search: AdaptiveSearch,
  whole: Ground,
): Promise<void> {
  const { joint, others } = search.listAvoidable(features);
  if (![...joint, ...others].some((treated) => search.findings.isLead(treated))) {
    return;
  }
  const isCertain = (treated: TreatedFeature): boolean => !doubtful.includes(treated);
  const certain = { joint: joint.filter(isCertain), others: others.filter(isCertain) };
  whole.patience.end();
  // What is found on the way to the one may be what makes the other fail: that one is searched later, but run at the same time.
  await waitForAll([
    search.searchGroup(certain.joint, whole),
    ...(certain.others.length > 0 ? [whole.experimenter.probe({ treated: certain.others })] : []),
    ...doubtful.map((treated) => search.proveAlone(treated, whole)),
  ]);
  await search.finishProofs();
  await search.searchGroup(certain.others, whole);
  await search.finishProofs();
}

/** Runs everything avoidable together, and takes out what fails alone, until that is nothing any more. Returns what has passed. */
async function confirmAvoidable(
  features: readonly Feature[],
  search: AdaptiveSearch,
  whole: Ground,
): Promise<readonly ExperimentResult[]> {
  whole.patience.end();
  for (;;) {
    const { joint, others } = search.listAvoidable(features);
    const passing = await runAll([joint, others], (group) => search.searchGroup(group, whole));
    await search.finishProofs();
    if (![...joint, ...others].some((treated) => search.findings.hasFailed(treated))) {
      return surveyAll(passing, whole);
    }
  }
}

async function searchAll(
  features: readonly Feature[],
  search: AdaptiveSearch,
  whole: Ground,
  prior: Prior,
): Promise<void> {
  const excerpt = await openFirstExcerpt(features, whole, prior);
  for (const kind of new Set(features.map((feature) => feature.kind))) {
    await search.search(
      features.filter((feature) => feature.kind === kind),
      excerpt ?? whole,
    );
  }
  await search.finishProofs();
  const { results, doubtful } =
    excerpt === undefined ? { results: [], doubtful: [] } : await searchLosses(features, search, whole);
  // What this takes out need not be confirmed; what is left then is run beside the confirmation.
  const left = await judgeIdle(listIdleGroups(results), search, whole);
  await waitForAll([confirmLeads(features, doubtful, search, whole), judgeAllIdle(left, search, whole)]);
  if (results.length === 0 || results.some(({ works }) => !works)) {
    const confirmed = await confirmAvoidable(features, search, whole);
    await judgeAllIdle(listIdleGroups(confirmed), search, whole);
  }
}

/**
 * Finds the same verdicts as the exhaustive method for the cost of a few passing runs. A failing run is cheap, because it ends
 * early; so everything is treated at once, and what makes the group fail is taken out by what it is suspected of. Each call that
 * was taken out is tried alone, which proves it required or brings it back. In long suites all this is done with a few tests, where these can be
 * run without the others; where they cannot, a run that goes on for longer than failures do is a lead, which is not waited for. What
 * the leads make of everything is run to the end at last. Successes are repeated by the joint confirmation.
 */
export async function searchAdaptively(
  used: readonly UsedFeature[],
  experimenter: Experimenter,
  prior: Prior,
): Promise<readonly AnalyzedFeature[]> {
  const search = new AdaptiveSearch(prior);
  const features = used.map(({ feature }) => feature);
  try {
    await searchAll(features, search, new Ground(experimenter, "whole"), prior);
  } catch (error) {
    // Nothing goes on behind the caller's back; what fails now comes after what has failed.
    await search.finishProofs().catch(() => undefined);
    throw error;
  }
  return used.map((entry) => {
    const { feature } = entry;
    const stub = search.findings.of({ feature, treatment: "stub" });
    const fake = search.findings.of({ feature, treatment: "fake" });
    return { ...entry, verdict: decideVerdict(stub, fake), stub, fake };
  });
}
