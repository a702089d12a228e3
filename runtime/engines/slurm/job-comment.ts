import type { JobGroup } from "../jobs/job-service.ts";

/** What a job's comment tells of it, whoever submitted it. */
export interface JobComment {
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  readonly user: string;
  /** Of a single job. */
  readonly task: number | null;
  readonly group: string;
}

const LEAD = "millrace ";

export function jobComment({ run, needs, user, tasks, name }: JobGroup): string {
  const [first] = tasks;
  const task = tasks.length === 1 && first !== undefined ? { task: String(first.task) } : {};
  const told = { flow: run.flow, run: run.run, step: needs.step, user, ...task, group: name };
  return `${LEAD}${new URLSearchParams(told).toString()}`;
}

/** Null for the comment of a job that is not Millrace's. */
export function parseComment(text: string): JobComment | null {
  if (!text.startsWith(LEAD)) return null;
  const told = new URLSearchParams(text.slice(LEAD.length));
  const [flow, run, step, group] = ["flow", "run", "step", "group"].map((name) => told.get(name));
  if (flow == null || run == null || step == null || group == null) return null;
  const task = Number(told.get("task") ?? "x");
  return { flow, run, step, group, user: told.get("user") ?? "", task: Number.isSafeInteger(task) ? task : null };
}
