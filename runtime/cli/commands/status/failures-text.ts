import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { taskName } from "../../../text/task-name.ts";
import type { RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import type { ErrorRecord } from "../../../datastore/records.ts";
import type { Output } from "../../output.ts";
import { withoutColors } from "../../on-screen.ts";
import { errorBlock, plainErrorLine } from "../../../../sdk/base/error-block.ts";
import { withShortPath } from "../../../launch/plan/short-path.ts";

interface FailureLooks {
  readonly colors: Output["colors"];
  readonly labels: ItemLabels;
}

/** So many failures are shown; a foreach may fail a thousand times for one reason. */
const MAX_SHOWN = 5;
const MAX_MESSAGE_LINES = 12;

/** The failed tasks of a run, each with its error and place; then those that `@catchError` let pass. */
export function failuresText(run: Pick<RunSummary, "run" | "tasks">, { colors, labels }: FailureLooks): string[] {
  const failed = run.tasks.filter(({ status, isCancelled }) => status === "failed" && !isCancelled);
  const caught = run.tasks.filter(({ status }) => status === "caught");
  const shown = [...failed.slice(0, MAX_SHOWN), ...caught.slice(0, MAX_SHOWN)];
  const texts = shown.map((task) => failureText(run, { task, colors, labels }));
  const left = failed.length + caught.length - shown.length;
  return left === 0 ? texts : [...texts, `… and ${left} more`];
}

function failureText(
  { run }: Pick<RunSummary, "run">,
  { task, colors, labels }: FailureLooks & { task: TaskSummary },
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
  const body = [...errorLines(error), `its output: logs ${run}/${step}/${task.task}`];
  return [head, ...body.map((line) => `  ${line}`)].join("\n");
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
