import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { isInNamespace, isNamespace, type Namespace } from "../../runtime/datastore/reader/namespace.ts";
import type { RunDocument } from "../../runtime/datastore/records.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { clientState } from "./client-state.ts";

export type { Namespace };

/**
 * Says whose runs the client sees from now on in this process: `all`, `user:NAME` or `project:NAME`. Lists leave out
 * others' runs, and opening one of them by name is an error.
 *
 * @param whose - null means `all`; left out, nothing changes
 * @returns the namespace that holds now; `all` in the beginning
 * @throws MillraceError `MILLRACE_NAMESPACE` for a text that names none
 *
 * @example
 * ```ts
 * import { Flow, namespace } from "millrace/client";
 *
 * namespace("user:ada");
 * const run = await (await Flow.get("RecSysFlow")).latestRun(); // ada's latest
 * namespace("all");
 * ```
 */
export function namespace(whose?: Namespace | null): Namespace {
  const state = clientState();
  if (whose !== undefined) state.namespace = checkedNamespace(whose);
  return state.namespace;
}

/** The namespace of one call. */
export function namespaceOf(options: { readonly namespace?: Namespace | null | undefined }): Namespace {
  return options.namespace === undefined ? clientState().namespace : checkedNamespace(options.namespace);
}

/** @throws MillraceError `MILLRACE_NAMESPACE` for a run of somebody else */
export function checkNamespace(store: Datastore, document: RunDocument, whose: Namespace): void {
  if (isInNamespace(document, whose)) return;
  const { flow, run, username, project } = document;
  const own = [`user:${username}`, ...(project ? [`project:${project.name}`] : [])];
  throw new MillraceError({
    code: "MILLRACE_NAMESPACE",
    headline: `Cannot open ${flow}/${run} because it is not in the namespace ${whose}: it belongs to ${own.join(" and ")}`,
    details: [`datastore: ${store.storage.location}`],
    hint: `see all runs with namespace("all"), or this one with the option { namespace: "all" }`,
  });
}

function checkedNamespace(text: string | null): Namespace {
  if (text === null) return "all";
  if (isNamespace(text)) return text;
  throw new MillraceError({
    code: "MILLRACE_NAMESPACE",
    headline: `Cannot use the namespace ${JSON.stringify(text)} because it names neither a user nor a project`,
    details: ["wanted: all, user:NAME or project:NAME"],
    hint: /^[\w.-]+$/.test(text) ? `did you mean user:${text}?` : 'namespace("all") shows everyone\'s runs',
  });
}
