import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { taskName } from "../../../text/task-name.ts";
import type { RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import type { ErrorRecord } from "../../../datastore/records.ts";
import type { Output } from "../../output.ts";
import { withoutColors } from "../../on-screen.ts";
import { alike } from "../../../datastore/reader/alike.ts";
import { errorBlock, plainErrorLine } from "../../../../sdk/base/error-block.ts";
import { withShortPath } from "../../../launch/plan/short-path.ts";

interface FailureLooks {
  readonly colors: Output["colors"];
  readonly labels: ItemLabels;
  /** As a user starts it: `npx tsx flow.ts`. */
  readonly programName: string;
}

/** The most failures that are shown, and for each of them the most other tasks that failed at the same place. */
const MAX_SHOWN = 5;
const MAX_MESSAGE_LINES = 12;

/**
 * The failed tasks of a run with their errors and places, then those that `@catchError` let pass. A foreach may fail a
 * thousand times for one reason: its code is shown once.
 */
export function failuresText(run: Pick<RunSummary, "run" | "tasks">, looks: FailureLooks): string[] {
  const failed = run.tasks.filter(({ status, isCancelled }) => status === "failed" && !isCancelled);
  const caught = run.tasks.filter(({ status }) => status === "caught");
  const shown = [...alike(failed).slice(0, MAX_SHOWN), ...alike(caught).slice(0, MAX_SHOWN)];
  const texts = shown.map(([task, ...others]) => failureText(run, { ...looks, task, others }));
  const left = failed.length + caught.length - shown.flat().length;
  return left === 0 ? texts : [...texts, `… and ${left} more`];
}

interface FailureGroup extends FailureLooks {
  readonly task: TaskSummary;
  /** That failed at the same place. */
  readonly others: readonly TaskSummary[];
}

function failureText(
  { run }: Pick<RunSummary, "run">,
  { task, others, colors, labels, programName }: FailureGroup,
): string {
  const { step, error, attempts } = task;
  const isCaught = task.status === "caught";
  const notes = [
    ...(task.index === null ? [] : [`index ${task.index}`]),
    ...(attempts.length > 1 ? [`${attempts.length} attempts`] : []),
    ...(isCaught ? ["caught, the flow went on"] : []),
  ];
  const title = `${isCaught ? colors.yellow("!") : colors.red("✗")} ${colors.bold(taskName({ step, task: task.task, label: labels.of(task.place) }))}`;
  const head = notes.length === 0 ? title : `${title} ${colors.dim(`(${notes.join(", ")})`)}`;
  const also = others.slice(0, MAX_SHOWN).map((other) => alsoLine(other, { error, labels }));
  const left = others.length - also.length;
  const body = [
    ...errorLines(error),
    `its output: ${programName} logs ${run}/${step}/${task.task}`,
    ...also,
    ...(left === 0 ? [] : [`and ${left} more there`]),
  ];
  return [head, ...body.map((line) => `  ${line}`)].join("\n");
}

/** A task that failed at the same place, with what its error says otherwise. */
function alsoLine(
  { step, task, place, error }: TaskSummary,
  first: { error: ErrorRecord | null; labels: ItemLabels },
): string {
  const message = withoutColors(error?.message ?? "").split("\n", 1)[0] ?? "";
  const isSame = error?.message === first.error?.message;
  return `also there: ${taskName({ step, task, label: first.labels.of(place) })}${isSame ? "" : `: ${message}`}`;
}

/** The message, the place in the flow's source, and the code there. */
function errorLines(error: ErrorRecord | null): string[] {
  if (error === null) return [];
  const { name, message, frame } = error;
  const headline = withoutColors(message).split("\n").slice(0, MAX_MESSAGE_LINES).join("\n");
  return errorBlock({ name, headline, place: withShortPath(error), frame }).map(
    (line) => `${line.part === "frame" ? "  " : ""}${plainErrorLine(line)}`,
  );
}
