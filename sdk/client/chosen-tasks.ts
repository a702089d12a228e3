import type { RunStatus, TaskStatus, TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import { checkTagTexts } from "../../runtime/datastore/check-new-tags.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { refuseUnknown } from "./client-options.ts";
import type { Namespace } from "./namespace.ts";

/** Which runs a list gives, and in what order. */
export interface RunsOptions {
  /** Only runs with this status. */
  readonly status?: RunStatus | undefined;
  /** Only runs that carry all of these. */
  readonly tags?: readonly string[] | undefined;
  /** At most this many. @defaultValue all */
  readonly limit?: number | undefined;
  /** @defaultValue "newest" */
  readonly order?: "newest" | "oldest" | undefined;
  /** Only runs that started before that run, named by its id, or that moment: the next page of a list. */
  readonly before?: string | Date | undefined;
  /** Only runs that started after that run, named by its id, or that moment. */
  readonly after?: string | Date | undefined;
  /** Null means `all`. @defaultValue what {@link namespace} set, else `all` */
  readonly namespace?: Namespace | null | undefined;
}

/** Which tasks a list gives, and in what order. */
export interface TasksOptions {
  /** Only tasks with this status. */
  readonly status?: TaskStatus | undefined;
  /** At most this many. @defaultValue all */
  readonly limit?: number | undefined;
  /** By the place in the splits around the step, or by the time of the start. @defaultValue "index" */
  readonly order?: "index" | "started" | undefined;
}

const RUN_STATUSES: readonly RunStatus[] = ["pending", "running", "succeeded", "failed", "stale"];
const TASK_STATUSES: readonly TaskStatus[] = ["pending", "running", "succeeded", "failed", "caught", "stale"];

/** @throws MillraceError `MILLRACE_USAGE`, `MILLRACE_TAG` */
export function checkRunsOptions(options: RunsOptions): void {
  refuseUnknown(options, ["status", "tags", "limit", "order", "before", "after", "namespace"]);
  checkChoice("status", { seen: options.status, choices: RUN_STATUSES });
  checkChoice("order", { seen: options.order, choices: ["newest", "oldest"] });
  checkLimit(options.limit);
  checkTagTexts(options.tags ?? []);
}

/** @throws MillraceError `MILLRACE_USAGE` */
export function checkTasksOptions(options: TasksOptions): void {
  refuseUnknown(options, ["status", "limit", "order"]);
  checkChoice("status", { seen: options.status, choices: TASK_STATUSES });
  checkChoice("order", { seen: options.order, choices: ["index", "started"] });
  checkLimit(options.limit);
}

export function chosenTasks(tasks: readonly TaskSummary[], { status, limit }: TasksOptions): readonly TaskSummary[] {
  const wanted = status === undefined ? tasks : tasks.filter((task) => task.status === status);
  return wanted.slice(0, limit ?? wanted.length);
}

function checkLimit(limit: number | undefined): void {
  if (limit === undefined || limit === Infinity || (Number.isInteger(limit) && limit >= 0)) return;
  throw unusable("limit", { seen: limit, wanted: "a whole number, 0 or more" });
}

function checkChoice(name: string, { seen, choices }: { seen: unknown; choices: readonly string[] }): void {
  if (seen === undefined || choices.some((choice) => choice === seen)) return;
  throw unusable(name, { seen, wanted: choices.join(", ") });
}

function unusable(name: string, { seen, wanted }: { seen: unknown; wanted: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot list with this ${name} because it is not one of those there are: ${JSON.stringify(seen) ?? typeof seen}`,
    hint: `give ${wanted}, or leave it out`,
  });
}
