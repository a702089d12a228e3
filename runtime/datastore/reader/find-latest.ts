import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { visibleLine } from "../../../sdk/base/visible.ts";
import { agoText, localTimeText } from "../../text/duration-text.ts";
import type { Datastore } from "../datastore.ts";
import type { RunDocument } from "../records.ts";
import { documentKey } from "../run-keys.ts";
import type { LatestForm } from "./latest-form.ts";
import type { RunOwner } from "./run-owner.ts";

export interface FindLatestOptions {
  readonly flow: string;
  /** As the user wrote it. */
  readonly text: string;
  readonly form: LatestForm;
  readonly owner: RunOwner;
  /** How the user names a run here: `--origin-run-id `. */
  readonly prefix: string;
}

/** This many runs of others a message lists. */
const MAX_LISTED = 5;

/** Looked up together where each look is a request, and each time twice as many. */
const RUNS_AHEAD = { first: 8, most: 256 };

/**
 * The run that is that late.
 * @throws MillraceError `MILLRACE_UNKNOWN_RUN` that lists those there are
 */
export function findLatest(store: Datastore, options: FindLatestOptions): string {
  const { flow, form, owner } = options;
  const own = new Passed();
  const others = new Passed();
  const isEveryones = form.isAnybodys || owner.isEveryone;
  for (const { run, document } of newestFirst(store, flow)) {
    const isMeant = isEveryones || (document !== null && owner.has(document));
    if (isMeant && own.count === form.back) return run;
    if (document !== null) (isMeant ? own : others).add(document);
  }
  throw notFound(store, { ...options, own, others });
}

/** Runs that are not the one: all are counted, and those that a message lists are kept. */
class Passed {
  readonly first: RunDocument[] = [];
  count = 0;
  hasBranches = false;

  add(document: RunDocument): void {
    this.count += 1;
    this.hasBranches ||= document.project != null;
    if (this.first.length < MAX_LISTED) this.first.push(document);
  }
}

/** Whose a run is that cannot be read, nobody knows: its document is null. */
function* newestFirst(store: Datastore, flow: string): Generator<{ run: string; document: RunDocument | null }> {
  const runs = store.runs(flow).reverse();
  for (
    let at = 0, count = RUNS_AHEAD.first;
    at < runs.length;
    at += count, count = Math.min(count * 2, RUNS_AHEAD.most)
  ) {
    const some = runs.slice(at, at + count);
    store.storage.ahead(some.map((run) => ({ op: "read", key: documentKey({ flow, run }) })));
    for (const run of some) {
      try {
        yield { run, document: store.record(flow, run).document() };
      } catch (error) {
        if (!isMillraceError(error)) throw error;
        // A process that is killed while it claims an id leaves an empty folder.
        if (error.code !== "MILLRACE_UNKNOWN_RUN") yield { run, document: null };
      }
    }
  }
}

function notFound(store: Datastore, seen: FindLatestOptions & { own: Passed; others: Passed }): MillraceError {
  const { flow, text, form, owner, prefix, own, others } = seen;
  const { because, details, hint } = answer();
  return new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot find the run ${text} of ${flow} because ${because}`,
    details: [`datastore: ${store.storage.location}`, ...details],
    hint,
  });

  function answer(): { because: string; details: readonly string[]; hint: string } {
    if (own.count + others.count === 0) {
      const hint = "start one with the command run, or name another datastore with --datastore";
      return { because: "this datastore holds no run of it", details: [], hint };
    }
    const hasBranches = own.hasBranches || others.hasBranches;
    const branch = owner.branch !== null && hasBranches ? ` on the branch ${owner.branch}` : "";
    const whose = form.isAnybodys ? "" : ` ${owner.title}${branch}`;
    const [from, count] = own.count === 0 ? [others, "none of its runs is"] : [own, onlyText(own.count)];
    const one = `name one of these, as in ${prefix}${from.first[0]?.run ?? ""}`;
    return {
      because: `${count}${whose}`,
      details: [...(from === others ? ["the latest of the other runs:"] : []), ...listed(from)],
      hint: from === others ? `${one}, or take anybody's latest run: ${prefix}latest:any` : one,
    };
  }
}

function onlyText(count: number): string {
  return count === 1 ? "there is only 1 run" : `there are only ${count} runs`;
}

function listed({ first, count }: Passed): string[] {
  const now = Date.now();
  const lines = first.map(({ run, username, project, createdAt }) => {
    const branch = project == null ? "" : ` on ${project.branch}`;
    return visibleLine(`  ${run}  by ${username}${branch}, ${localTimeText(createdAt)} (${agoText(createdAt, now)})`);
  });
  return count === first.length
    ? lines
    : [...lines, `  … and ${count - first.length} more: the command runs lists them`];
}
