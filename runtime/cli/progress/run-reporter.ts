import type { TaskLogged } from "../../engines/compute-backend.ts";
import { isEmptyForeach } from "../../datastore/is-empty-foreach.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { stopReasonText } from "../../datastore/stop-requests.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import type { TaskLabels } from "../../launch/run/open-labels.ts";
import type { LaunchListener } from "../../launch/run/launch-options.ts";
import type { Output } from "../output.ts";
import { describeFailure } from "./describe-failure.ts";
import { endingLines, type RunEnding } from "./ending-lines.ts";
import { taskName } from "../../text/task-name.ts";
import { emptyForeachText } from "../show/empty-foreach-text.ts";
import { logLine } from "../show/log-line.ts";
import { liveBoard, type ProgressBoard } from "./live-board.ts";
import { plainBoard } from "./plain-board.ts";
import { TaskLines } from "./task-lines.ts";
import { ShownFrames } from "./shown-frames.ts";
import { RunTotals } from "./run-totals.ts";
import { RunSpan } from "./run-span.ts";
import { slowestSteps } from "./slowest-steps.ts";
import { StepCounts } from "./step-counts.ts";

export interface RunReporterOptions {
  readonly output: Output;
  readonly graph: FlowGraph;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  /**
   * What goes on with the run, behind the program's name.
   * @defaultValue `resume`
   */
  readonly resumeWith?: string | undefined;
  /**
   * What looks into the run, of a flow that no file of the user's commands.
   * @defaultValue the program's name
   */
  readonly lookWith?: string | undefined;
  /** As the user named it. */
  readonly datastore: string | undefined;
  /** The run of another process, which is only watched; its heading has been told. */
  readonly seen?: RunDocument;
}

/** Tells the user how a run goes: tasks' output as it comes, progress, failures, and the end. */
export interface RunReporter extends LaunchListener {
  /** A line that stays, above the progress. */
  say(text: string): void;
  /** An event from before anybody watched: it is counted, and not told. */
  past(event: RunEvent, labels: TaskLabels): void;
  finished(ending: RunEnding): void;
  close(): void;
}

const PREFIX_COLORS = [
  "cyan",
  "magenta",
  "green",
  "yellow",
  "blue",
  "cyanBright",
  "magentaBright",
  "greenBright",
] as const;
/** Log lines of a failed task that are shown once more with the failure. */
const TAIL_LINES = 10;

export function runReporter({ output, graph, seen, ...options }: RunReporterOptions): RunReporter {
  const { colors } = output;
  const counts = new StepCounts(graph);
  const tasks = new TaskLines();
  const span = new RunSpan();
  const totals = new RunTotals();
  const board: ProgressBoard = output.isLive
    ? liveBoard(output, { counts, tasks, span })
    : plainBoard(output, { counts, graph });
  const tails = new Map<string, string[]>();
  const told = new Set<string>();
  const frames = new ShownFrames();
  const colorOf = (step: string) =>
    colors[PREFIX_COLORS[graph.steps.findIndex(({ name }) => name === step) % 8] ?? "cyan"];
  /** Of a thousand that are alike one speaks for all. */
  const once = (key: string, text: () => string) => {
    if (told.has(key)) return;
    told.add(key);
    board.line(colors.dim(text()));
  };
  /** Attempts that count for no limit on retries, by task. */
  const interruptions = new Map<number, number>();
  let document: RunDocument | null = seen ?? null;
  let firstLabel: string | null = null;

  function takeIn(event: RunEvent, labels: TaskLabels): string {
    if (output.isJson) output.json(eventJson(event, { flow: graph.flow, run: document?.run, labels }));
    span.apply(event);
    totals.apply(event);
    const step = counts.apply(event)?.step ?? "";
    // Elsewhere nobody sees them, and where they are read that takes time.
    if (output.isLive) tasks.update(event, labels);
    return step;
  }

  return {
    installing(step, packages) {
      board.line(colors.dim(`installing packages for ${step}: ${packages.join(", ")}`));
    },
    created(created) {
      document = created;
      board.line(`${colors.bold(graph.flow)} run ${colors.bold(created.run)}`);
    },
    past(event, labels) {
      takeIn(event, labels);
      const isFailure = event.type === "task-failed" && !event.isCancelled && event.retryAt === null;
      if (isFailure) firstLabel ??= labels.of(event.task);
      board.update(event);
    },
    event(event, labels) {
      const step = takeIn(event, labels);
      if (event.type === "task-failed" && !event.isCancelled) {
        const before = interruptions.get(event.task) ?? 0;
        if (event.isInterruption === true) interruptions.set(event.task, before + 1);
        const retries = nodeOf(graph, step).settings.retry?.times ?? 0;
        const isConcluded = event.isInterruption !== true && event.attempt - before >= retries;
        const label = labels.of(event.task);
        if (event.retryAt === null) firstLabel ??= label;
        const tail = tails.get(`${event.task}-${event.attempt}`) ?? [];
        const shownWith = frames.first(event, taskName({ step, task: event.task, label }));
        const parts = { event, step, label, isConcluded, shownWith, tail, colors };
        for (const line of describeFailure(parts)) board.line(line);
      }
      if (event.type === "task-succeeded" && event.caught !== undefined) {
        const name = taskName({ step, task: event.task, label: labels.of(event.task) });
        board.line(colors.yellow(`${name} failed for good and was caught: ${event.caught.message}`));
      }
      if ((event.type === "task-succeeded" || event.type === "task-reused") && isEmptyForeach(event.next)) {
        const { task } = event;
        once(`empty ${step}`, () => {
          const names = [taskName({ step, task, label: labels.of(task) })];
          return emptyForeachText(graph, { step, names });
        });
      }
      if ("task" in event && event.type !== "task-started")
        tails.delete(`${event.task}-${"attempt" in event ? event.attempt : 0}`);
      board.update(event);
    },
    log(line, labels) {
      keepTail(tails, line);
      const prefix = colorOf(line.step)(`[${taskName({ ...line, label: labels.of(line.task) })}]`);
      const text = logLine(line.text);
      board.line(`${prefix} ${line.stream === "stderr" ? colors.red(text) : text}`);
    },
    progress: (at) => tasks.progress(at),
    held: (lacking) => board.held(lacking),
    waits({ step, task, state, reason }, labels) {
      once(`${step} ${state} ${reason ?? ""}`, () => {
        const name = taskName({ step, task, label: labels.of(task) });
        return `[${name}] ${state}${reason === null ? "" : `: ${reason}`}`;
      });
    },
    say: (text) => board.line(text),
    stopRequested: (request) => board.line(`${stopReasonText(request)}: the running tasks are asked to stop`),
    warning(text) {
      board.line(colors.yellow(`warning: ${text}`));
    },
    finished(ending) {
      board.close();
      const tookMs = span.ms();
      const slowest = slowestSteps(counts.counts.values(), tookMs);
      const found = { document, tookMs, totals: totals.text(), slowest, label: firstLabel ?? "" };
      const { resumeWith = "resume" } = options;
      const parts = { ...options, resumeWith, ...found, flow: graph.flow, isWatched: seen !== undefined, colors };
      for (const line of endingLines(ending, parts)) output.note(line);
    },
    close: () => board.close(),
  };
}

/** The first line says of which run the events are; a task that starts, what it is called. */
function eventJson(
  event: RunEvent,
  { flow, run, labels }: { flow: string; run: string | undefined; labels: TaskLabels },
): object {
  if (event.type === "run-started") return { ...event, flow, run };
  const label = event.type === "task-started" ? labels.of(event.task) : "";
  return label === "" ? event : { ...event, label };
}

function keepTail(tails: Map<string, string[]>, { task, attempt, text }: TaskLogged): void {
  const key = `${task}-${attempt}`;
  const tail = tails.get(key) ?? [];
  tail.push(text);
  if (tail.length > TAIL_LINES) tail.shift();
  tails.set(key, tail);
}
