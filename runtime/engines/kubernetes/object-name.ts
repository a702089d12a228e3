import { createHash } from "node:crypto";
import type { JobGroup, RunName } from "../jobs/job-service.ts";

/** By which jobs, pods and secrets of ours are found again. */
export const OBJECT_LABELS = {
  flow: "millrace.flow",
  run: "millrace.run",
  step: "millrace.step",
  user: "millrace.user",
  job: "millrace.job",
} as const;

/** The same as it is, where a label could not hold it. */
export const OBJECT_ANNOTATIONS = { ...OBJECT_LABELS, group: "millrace.group", task: "millrace.task" } as const;

const MAX_SLUG = 40;
const MAX_LABEL = 63;

/**
 * The name of a group's Job: the same each time, so that a request which counted without an answer is not carried out twice.
 * Names of pods are made of it, and may have 63 characters.
 */
export function objectName(group: string): string {
  const slug = group
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG)
    .replaceAll(/^[^a-z]+|-+$/g, "");
  return `${slug || "job"}-${createHash("sha256").update(group).digest("hex").slice(0, 10)}`;
}

/** What a label may hold of a text. */
export function labelValue(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9._-]/g, "_")
    .slice(0, MAX_LABEL)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

export function objectLabels({ name, run, user, needs }: JobGroup): Record<string, string> {
  return {
    [OBJECT_LABELS.flow]: labelValue(run.flow),
    [OBJECT_LABELS.run]: labelValue(run.run),
    [OBJECT_LABELS.step]: labelValue(needs.step),
    [OBJECT_LABELS.user]: labelValue(user),
    [OBJECT_LABELS.job]: objectName(name),
  };
}

/** Selects what belongs to a run. */
export function runSelector({ flow, run }: RunName): string {
  return `${OBJECT_LABELS.flow}=${labelValue(flow)},${OBJECT_LABELS.run}=${labelValue(run)}`;
}

/** A Job as the polling kit calls it: its namespace and name. */
export function jobId(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function placeOfJob(id: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}
