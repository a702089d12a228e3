import { appendAll } from "../../../sdk/base/append-all.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { saveArtifact } from "../../datastore/load-artifact.ts";
import { refIn } from "../../datastore/records.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { ConfiguredFields } from "../values/configured-fields.ts";
import { fieldsFollowing } from "../values/fields-following.ts";
import type { OriginRun } from "./read-origin.ts";

export interface NewValues extends ConfiguredFields {
  readonly graph: FlowGraph;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Configurations that the options of each step's decorators are computed from. */
  readonly configReads: ReadonlyMap<string, ReadonlySet<string>>;
  readonly store: Datastore;
  /** Steps that run again whatever they finished. */
  readonly again: ReadonlySet<string>;
}

/**
 * A parameter or configuration may take another value only where nothing that finished depends on it: no step that
 * mentions it, has a decorator computed from it, or mentions a field that is.
 */
export function checkValuesMayChange(origin: OriginRun, to: NewValues): void {
  const { configs, parameters, store } = to;
  const kept = new Set([...origin.finished.keys()].filter((step) => !to.again.has(step)));
  const problems: string[] = [];
  for (const [name, value] of Object.entries({ ...configs, ...parameters })) {
    const before = (refIn(origin.document.parameters, name) ?? refIn(origin.document.configs, name))?.hash;
    if (before === undefined || saveArtifact(store.blobs, name, value).hash === before) continue;
    appendAll(problems, usesOf(name, { ...to, kept }));
  }
  if (problems.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: "Cannot resume with other parameters because finished steps depend on them",
    details: problems,
    hint: "resume without changing them, resume from an earlier step, or start a new run",
  });
}

function usesOf(name: string, to: NewValues & { kept: ReadonlySet<string> }): string[] {
  const isKept = (step: string) => to.kept.has(step);
  const direct = stepsWith(name, to.graph).filter(isKept);
  const problems = direct.length === 0 ? [] : [`${name} is used by ${direct.join(", ")}, which finished`];
  // Initializers see configurations as they are given, and parameters as they are declared.
  if (!Object.hasOwn(to.configs, name)) return problems;
  const decorated = [...to.kept].filter((step) => !direct.includes(step) && to.configReads.get(step)?.has(name));
  if (decorated.length > 0) problems.push(`${name} is used by a decorator of ${decorated.join(", ")}, which finished`);
  const declared = new Map(to.fields.map((field) => [field.name, field.kind]));
  // Of what has a value of its own it is that value which counts.
  for (const field of fieldsFollowing([name], { ...to, isEnd: (one) => declared.get(one) === "config" })) {
    if (declared.has(field)) continue;
    const users = stepsWith(field, to.graph);
    const done = users.filter(isKept);
    if (done.length > 0)
      problems.push(`${name} is used by the field ${field}, and that by ${done.join(", ")}, which finished`);
    // A private field is made anew by each task; another one passes on as an artifact.
    else if (users.length > 0 && to.kept.size > 0 && !field.startsWith("_"))
      problems.push(
        `${name} is used by the field ${field}, which ${users.join(", ")} would get as finished steps left it: ${[...to.kept].join(", ")}`,
      );
  }
  return problems;
}

function stepsWith(name: string, { steps }: FlowGraph): readonly string[] {
  return steps.filter(({ mentions }) => mentions.includes(name)).map((step) => step.name);
}
