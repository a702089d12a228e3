import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../datastore.ts";
import { checkTagTexts } from "../check-new-tags.ts";
import { parsePathspec } from "../reader/pathspec.ts";
import { resolveRun } from "../reader/resolve-run.ts";
import type { RunOwner } from "../reader/run-owner.ts";
import { tagsNow } from "../change-tags.ts";
import type { RunFacts } from "./run-facts.ts";

/** Which runs to keep. */
export type KeepRule =
  | { readonly text: string; readonly kind: "latest"; readonly count: number }
  | { readonly text: string; readonly kind: "younger"; readonly ms: number }
  | { readonly text: string; readonly kind: "tag"; readonly tag: string }
  | { readonly text: string; readonly kind: "run"; readonly flow: string; readonly run: string };

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/**
 * Reads `20`, `30d`, `tag:NAME` or a run, with or without its flow.
 * @param flow - gives the flow that is meant where a run is named alone
 * @throws MillraceError `MILLRACE_USAGE` for another text, `MILLRACE_UNKNOWN_RUN` or `MILLRACE_PATHSPEC` for no run
 */
export function parseKeepRule(
  text: string,
  { store, flow, owner }: { store: Datastore; flow: () => string; owner: RunOwner },
): KeepRule {
  if (/^\d{1,9}$/.test(text)) return { text, kind: "latest", count: Number(text) };
  const [, amount, unit = ""] = /^(\d{1,9}(?:\.\d+)?)([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return { text, kind: "younger", ms: Number(amount) * (UNIT_MS[unit] ?? 0) };
  if (/^tag:./s.test(text)) {
    const tag = text.slice("tag:".length);
    checkTagTexts([tag]);
    return { text, kind: "tag", tag };
  }
  if (text === "" || text === "tag:" || /^[\d.]+[a-z]+$/i.test(text)) throw noRule(text);
  const spec = parsePathspec(text, { flow: flow(), flows: store.flows() });
  if (spec.step !== null) throw noRule(text);
  return {
    text,
    kind: "run",
    flow: spec.flow,
    run: resolveRun(store, { ...spec, text: spec.run, owner, prefix: "--keep " }),
  };
}

/** The rules that keep each run, by the run; one that none keeps is not there. */
export function keptByRules(
  store: Datastore,
  { runs, rules, now }: { runs: readonly RunFacts[]; rules: readonly KeepRule[]; now: number },
): Map<RunFacts, string[]> {
  const kept = new Map<RunFacts, string[]>();
  const ranks = ranksIn(runs);
  const needsTags = rules.some(({ kind }) => kind === "tag");
  for (const run of runs) {
    const tags = needsTags ? tagsNow(store.storage, run.document) : [];
    const by = rules.filter((rule) => {
      if (rule.kind === "latest") return (ranks.get(run) ?? 0) < rule.count;
      if (rule.kind === "younger") return now - run.document.createdAt < rule.ms;
      if (rule.kind === "tag") return tags.includes(rule.tag);
      return run.flow === rule.flow && run.run === rule.run;
    });
    if (by.length > 0)
      kept.set(
        run,
        by.map(({ text }) => text),
      );
  }
  return kept;
}

/** The latest run of each flow has 0. */
function ranksIn(runs: readonly RunFacts[]): Map<RunFacts, number> {
  const ranks = new Map<RunFacts, number>();
  const counts = new Map<string, number>();
  for (const run of [...runs].sort((a, b) => (a.run < b.run ? 1 : -1))) {
    const rank = counts.get(run.flow) ?? 0;
    ranks.set(run, rank);
    counts.set(run.flow, rank + 1);
  }
  return ranks;
}

function noRule(text: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot keep runs by this rule because it is not valid: ${JSON.stringify(text)}`,
    details: [
      "20: the latest 20 runs of each flow",
      "30d, 12h: runs younger than that; m, h, d or w",
      "tag:NAME: runs with that tag",
      "a run's id, its beginning or end, latest, latest:any, or Flow/run",
    ],
    hint: "repeat --keep for several rules: a run stays if any of them keeps it",
  });
}
