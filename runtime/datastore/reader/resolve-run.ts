import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { Datastore } from "../datastore.ts";
import { documentKey } from "../run-keys.ts";
import { findLatest } from "./find-latest.ts";
import { latestForm } from "./latest-form.ts";
import type { RunOwner } from "./run-owner.ts";

/** This many ids a message lists. */
const MAX_LISTED = 5;

export interface ResolveRunOptions {
  readonly flow: string;
  readonly text: string;
  /** Whose runs `latest` counts. */
  readonly owner: RunOwner;
  /** How the user names a run here, for hints: `--origin-run-id `. @defaultValue nothing */
  readonly prefix?: string;
}

/**
 * The id of the run that `text` means: an id, the beginning or end of one id, or a form of `latest`.
 * @throws MillraceError `MILLRACE_UNKNOWN_RUN` if it means none or several
 */
export function resolveRun(store: Datastore, { flow, text, owner, prefix = "" }: ResolveRunOptions): string {
  const form = latestForm(text);
  if (form !== null) return findLatest(store, { flow, text, form, owner, prefix });
  const isThere = (run: string) => store.storage.has(documentKey({ flow, run }));
  const ids = store.runs(flow);
  if (ids.includes(text) && isThere(text)) return text;
  const matching = text === "" ? [] : ids.filter((id) => id.startsWith(text) || id.endsWith(text)).filter(isThere);
  if (matching.length > 1) throw ambiguous({ flow, text, matching });
  const [only] = matching;
  if (only !== undefined) return only;
  throw unknown({ store, flow, text, ids: ids.filter(isThere) });
}

function unknown(seen: { store: Datastore; flow: string; text: string; ids: readonly string[] }): MillraceError {
  const { store, flow, text, ids } = seen;
  const place = `datastore: ${store.storage.location}`;
  if (ids.length === 0) {
    return new MillraceError({
      code: "MILLRACE_UNKNOWN_RUN",
      headline: `Cannot find the run ${text} of ${flow} because this datastore holds no run of it`,
      details: [place],
      hint: "start one with the command run, or name another datastore with --datastore",
    });
  }
  const meant = nearest(text, ids);
  return new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot find the run ${text} of ${flow} because no run's id is, begins or ends with that`,
    details: [place, `latest runs: ${listed(ids.slice(-MAX_LISTED).reverse(), ids.length)}`],
    hint: meant === null ? "give one of these, or latest; the command runs lists all" : `did you mean ${meant}?`,
  });
}

function ambiguous(seen: { flow: string; text: string; matching: readonly string[] }): MillraceError {
  const { flow, text, matching } = seen;
  return new MillraceError({
    code: "MILLRACE_UNKNOWN_RUN",
    headline: `Cannot tell which run of ${flow} is meant because ${matching.length} ids begin or end with ${text}`,
    details: [`candidates: ${listed(matching.slice(-MAX_LISTED).reverse(), matching.length)}`],
    hint: "give more of the id",
  });
}

function listed(ids: readonly string[], count: number): string {
  return ids.join(", ") + (count > ids.length ? `, … (${count} in all)` : "");
}
