import { latestForm } from "../../runtime/datastore/reader/latest-form.ts";
import { readRunHeader } from "../../runtime/datastore/reader/read-run.ts";
import { resolveFlow } from "../../runtime/datastore/reader/resolve-flow.ts";
import { resolveRun } from "../../runtime/datastore/reader/resolve-run.ts";
import { runsIn } from "../../runtime/datastore/reader/run-owner.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { type ClientOptions, storeOf } from "./client-options.ts";
import { checkNamespace, namespaceOf } from "./namespace.ts";
import { RunReader } from "./run-reader.ts";

const FORMS = {
  run: "Flow/run",
  step: "Flow/run/step",
  task: "Flow/run/step/task",
  artifact: "Flow/run/step/task/artifact",
} as const;

const EXAMPLE = ["RecSysFlow", "latest", "start", "1", "model"];

/** What a pathspec names, with the run opened. */
export interface Found {
  readonly reader: RunReader;
  readonly step: string;
  readonly task: string;
  readonly artifact: string;
}

/**
 * Opens the run that a pathspec begins with.
 * @throws MillraceError `MILLRACE_PATHSPEC`, `MILLRACE_UNKNOWN_FLOW`, `MILLRACE_UNKNOWN_RUN` or `MILLRACE_NAMESPACE`
 */
export function find(text: string, kind: keyof typeof FORMS, options: ClientOptions): Found {
  const [flow = "", run = "", step = "", task = "", artifact = ""] = partsOf(text, kind);
  const store = storeOf(options);
  const whose = namespaceOf(options);
  resolveFlow(store, flow);
  const id = resolveRun(store, { flow, text: run, owner: runsIn(whose) });
  const header = readRunHeader(store, { flow, run: id });
  if (latestForm(run)?.isAnybodys !== true) checkNamespace(store, header.document, whose);
  return { reader: new RunReader(store, header), step, task, artifact };
}

/** The number of a task, as a pathspec names it. */
export function taskNumber(text: string, pathspec: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot read the pathspec ${JSON.stringify(pathspec)} because ${text} is not a task number`,
    details: [`wanted: ${FORMS.task}`],
    hint: "tasks are numbered from 1; for await (const task of step.tasks()) lists a step's",
  });
}

function partsOf(text: string, kind: keyof typeof FORMS): readonly string[] {
  const form = FORMS[kind];
  const count = form.split("/").length;
  const parts = typeof text === "string" ? text.split("/") : [];
  if (parts.length === count && parts.every((part) => part !== "")) return parts;
  const seen = typeof text !== "string" ? `it is not a string: ${typeof text}` : seenIn(parts);
  const example = [...parts.filter((part) => part !== ""), ...EXAMPLE.slice(parts.length)].slice(0, count).join("/");
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot read the pathspec ${JSON.stringify(text) ?? "undefined"} because ${seen}`,
    details: [`wanted: ${form}`],
    hint: `for example ${example}`,
  });
}

function seenIn(parts: readonly string[]): string {
  if (parts.some((part) => part === "")) return "a part is empty";
  return parts.length === 1 ? "it has one part" : `it has ${parts.length} parts`;
}
