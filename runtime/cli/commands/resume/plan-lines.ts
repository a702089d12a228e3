import type { ErrorRecord } from "../../../datastore/records.ts";
import type { CaughtTask, ReusePlan } from "../../../launch/plan/plan-reuse.ts";
import type { StepProgress, StepToRun } from "../../../launch/plan/steps-to-run.ts";
import { rerunText } from "./rerun-text.ts";

export interface ReusedCode {
  /** Steps that reach other code than when their results were made. */
  readonly changed: readonly string[];
  /** Steps of which that cannot be told. */
  readonly unknown: readonly string[];
}

/** This many caught tasks are named; `--json` has all. */
const MAX_CAUGHT = 5;

/** Why each step is reused or runs, for people: what has one reason in common stands on one line. */
export function planLines(plan: ReusePlan, { changed, unknown }: ReusedCode): string[] {
  const reused = (isMeant: (step: string) => boolean) =>
    [...plan.reused].filter(([step]) => isMeant(step)).map(([step, tasks]) => `${step} (${tasksText(tasks)})`);
  const of = (kind: StepToRun["reason"]["kind"]) =>
    plan.others.filter(({ reason }) => reason.kind === kind).map(({ step }) => step);
  const caught = plan.caught.slice(0, MAX_CAUGHT).map(caughtText);
  const left = plan.caught.length - caught.length;
  return [
    ...headed(
      "reused, finished by the same code",
      reused((step) => !changed.includes(step) && !unknown.includes(step)),
    ),
    ...headed(
      "reused, finished by other code",
      reused((step) => changed.includes(step)),
    ),
    ...headed(
      "reused, finished by code that cannot be read any more",
      reused((step) => unknown.includes(step) && !changed.includes(step)),
    ),
    ...caught,
    ...(left === 0 ? [] : [`… and ${left} more caught tasks are reused`]),
    ...plan.again.map(rerunText),
    ...plan.others.filter(({ reason }) => "progress" in reason).map(toRunText),
    ...headed("runs, as it is new in the flow", of("new")),
    ...headed("runs, as nothing of it had started", of("not-started")),
    ...headed("does not run, as no task leads to it", of("not-taken")),
    ...headed("no longer in the flow", plan.gone),
  ];
}

/** `train runs because 2 of its tasks failed, first with TypeError: no ratings` */
export function toRunText({ step, reason }: StepToRun): string {
  switch (reason.kind) {
    case "unfinished":
      return `${step} runs because ${unfinishedText(reason)}`;
    case "partly-started":
      return `${step} runs on: ${progressText(reason.progress)}`;
    case "not-started":
      return `${step} runs because nothing of it had started`;
    case "new":
      return `${step} runs because it is new in the flow`;
    case "not-taken":
      return `${step} does not run because no task leads to it`;
  }
}

/** `fit/4 was caught (TypeError: no ratings) and is reused as it is: resume fit runs the step again` */
export function caughtText({ pathspec, step, error }: CaughtTask): string {
  const [, ...place] = pathspec.split("/");
  return `${place.join("/")} was caught (${errorText(error)}) and is reused as it is: resume ${step} runs the step again`;
}

/** `region (11 of 13 tasks)` for a step of which some tasks are reused, else its name. */
export function restText(step: string, plan: ReusePlan): string {
  const reason = plan.others.find((one) => one.step === step)?.reason;
  if (reason === undefined || !("progress" in reason) || reason.progress.reused === 0) return step;
  const { tasks, reused } = reason.progress;
  return tasks === null ? `${step} (its other tasks)` : `${step} (${tasks - reused} of ${tasksText(tasks)})`;
}

/** `2 of 13 tasks were finished`, or `2 tasks were finished, and more may follow region` */
function progressText({ reused, tasks, after }: StepProgress): string {
  const were = reused === 1 ? "was" : "were";
  if (tasks !== null) return `${reused} of ${tasksText(tasks)} ${were} finished`;
  return `${tasksText(reused)} ${were} finished, and more may follow ${after.join(", ")}`;
}

function unfinishedText({ failed, error, stopped, progress }: StepToRun["reason"] & { kind: "unfinished" }): string {
  const known = failed + stopped;
  const isOne = known === 1 && progress.tasks === 1;
  const parts = [
    ...(failed === 0 ? [] : [`${isOne ? "its task" : `${failed} of its tasks`} failed${firstText(failed, error)}`]),
    ...(stopped === 0
      ? []
      : [`${isOne ? "its task" : `${stopped} of its tasks`} ${stopped === 1 ? "was" : "were"} stopped`]),
    ...(progress.reused === 0 ? [] : [progressText(progress)]),
  ];
  return parts.join("; ");
}

function firstText(failed: number, error: ErrorRecord | null): string {
  return error === null ? "" : `${failed === 1 ? ":" : ", first with"} ${errorText(error)}`;
}

const MAX_ERROR_CHARS = 100;

function errorText({ name, message }: ErrorRecord): string {
  const line = `${name}: ${message.split("\n", 1)[0] ?? ""}`;
  return line.length > MAX_ERROR_CHARS ? `${line.slice(0, MAX_ERROR_CHARS)}…` : line;
}

function headed(head: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${head}: ${names.join(", ")}`];
}

function tasksText(tasks: number): string {
  return tasks === 1 ? "1 task" : `${tasks} tasks`;
}
