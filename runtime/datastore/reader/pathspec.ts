import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";

/** A place in a store, as far as its text names one. */
export interface Pathspec {
  readonly flow: string;
  /** As given: an id, a part of one, or `latest`. */
  readonly run: string;
  readonly step: string | null;
  readonly task: number | null;
}

export interface PathspecOptions {
  /** The flow that is meant if the text names none. */
  readonly flow: string;
  /** Further flows that the text may name. */
  readonly flows?: readonly string[];
}

/**
 * Reads `Flow/run/step/task`, shortened from the right, and from the left by the flow's name.
 * @throws MillraceError `MILLRACE_PATHSPEC` if it has another form
 */
export function parsePathspec(text: string, { flow, flows = [] }: PathspecOptions): Pathspec {
  const parts = text.split("/");
  const [first = ""] = parts;
  const names = [flow, ...flows];
  const namesFlow = names.includes(first);
  if (parts.length === 4 && !namesFlow) throw unknownFlow({ text, first, names });
  if (namesFlow) parts.shift();
  if (parts.some((part) => part === "")) throw malformed(text, flow, "a part is empty");
  if (parts.length > 3) throw malformed(text, flow, `${parts.length} parts follow the flow`);
  const [run = "latest", step, task] = parts;
  if (task !== undefined && !/^\d{1,15}$/.test(task)) throw malformed(text, flow, `${task} is not a task number`);
  return {
    flow: namesFlow ? first : flow,
    run,
    step: step ?? null,
    task: task === undefined ? null : Number(task),
  };
}

function malformed(text: string, flow: string, seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot read the pathspec ${JSON.stringify(text)} because ${seen}`,
    details: ["wanted: run, run/step or run/step/task, with or without the flow's name and a slash before it"],
    hint: `for example latest, latest/start or ${flow}/latest/start/1`,
  });
}

function unknownFlow(seen: { text: string; first: string; names: readonly string[] }): MillraceError {
  const meant = nearest(seen.first, seen.names);
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot find ${seen.text} because this datastore holds no flow ${seen.first}`,
    details: [`flows: ${[...new Set(seen.names)].join(", ")}`],
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  });
}
