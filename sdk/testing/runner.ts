import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import type { ErrorRecord } from "../../runtime/datastore/records.ts";
import type { ResumePoint } from "../../runtime/launch/plan/resume-point.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { Run } from "../client/index.ts";
import { host } from "../base/host.ts";
import { EventQueue } from "./event-queue.ts";
import type { FinishedRun } from "./finished-run.ts";
import type { FileUrl, FlowSource } from "./flow-source.ts";
import type { RunParameters } from "./run-parameters.ts";
import { refuseUnknownResumeOptions, type ResumeOptions } from "./resume-options.ts";
import { type ResolvedRunnerOptions, resolveRunnerOptions, type RunnerOptions } from "./runner-options.ts";
import { type RunEnd, type StartedRun, startRun } from "./start-run.ts";

/** How a run came out. */
export interface RunResult<Flow = unknown> {
  /** The run, as the client sees it. */
  readonly run: FinishedRun<Flow>;
  /** How the run ended. */
  readonly status: "succeeded" | "failed";
  /** The first failure of all, where the run failed because a task did. */
  readonly failure: RunFailure | null;
}

/** The task that failed first. */
export interface RunFailure {
  /** Name of the step. */
  readonly step: string;
  /** From 0. */
  readonly attempt: number;
  /** What the attempt threw, or what ended it. */
  readonly error: ErrorRecord;
}

/**
 * Runs a flow from a program: a test, a script, another flow's step. What happens is what `millrace run` does: the file
 * is bundled and evaluated by Millrace itself, tasks run in worker processes, the run is recorded in the datastore.
 *
 * @example
 * ```ts
 * import { Runner } from "millrace/testing";
 *
 * const { run, status } = await new Runner("flow.ts").run({ factors: 8 });
 * assert.equal(status, "succeeded");
 * console.log(await run.data.score);
 * ```
 */
export class Runner<Flow = unknown> {
  readonly #flow: FlowSource;
  readonly #options: ResolvedRunnerOptions;

  /**
   * @param flow - path of the flow file, `path#Name` where it has several flows, a `file:` URL, or the class itself if a
   * file exports it or gives it to `main()`; `new Runner<RecSysFlow>("flow.ts")` types what `run.data` gives
   * @param options - how to run it
   */
  constructor(flow: string | FileUrl | (abstract new () => Flow & object), options: RunnerOptions = {}) {
    this.#flow = flow;
    this.#options = resolveRunnerOptions(options);
  }

  /**
   * Runs the flow to its end. A run that fails is a result, not an exception.
   *
   * @throws MillraceError if the run cannot start: unsound flow, unusable parameter, error in the source
   */
  async run(parameters: RunParameters<Flow> = {}): Promise<RunResult<Flow>> {
    const started = await this.#start(parameters, { resume: null, onEvent: () => undefined });
    return resultOf<Flow>(await started.finished);
  }

  /**
   * Takes over what an earlier run finished and executes the rest, as a new run.
   *
   * @throws MillraceError for an unknown option, if there is no such run, it is still running, or a changed parameter is
   * one that finished steps depend on
   */
  async resume(options: ResumeOptions<Flow> = {}): Promise<RunResult<Flow>> {
    refuseUnknownResumeOptions(options);
    const { run = null, step = null, parameters = {} } = options;
    const started = await this.#start(parameters, {
      resume: { run, step, branch: this.#options.branch },
      onEvent: () => undefined,
    });
    return resultOf<Flow>(await started.finished);
  }

  /**
   * Runs the flow and gives the events of its journal as they are recorded; the last one is `run-finished`. The run
   * starts when the first event is asked for. Leaving the loop early ends the run.
   *
   * @throws MillraceError if the run cannot start
   */
  async *stream(parameters: RunParameters<Flow> = {}): AsyncGenerator<RunEvent, void, undefined> {
    const events = new EventQueue<RunEvent>();
    let isOver = false;
    const started = await this.#start(parameters, { resume: null, onEvent: (event) => events.push(event) });
    const ended = started.finished.then(
      () => events.close(),
      (error: unknown) => events.fail(error),
    );
    void ended.then(() => (isOver = true));
    try {
      yield* events;
    } finally {
      if (!isOver) started.interrupt("its events are no longer read");
      await ended;
    }
  }

  async #start(
    parameters: Readonly<Record<string, unknown>>,
    request: { resume: ResumePoint | null; onEvent: (event: RunEvent) => void },
  ): Promise<StartedRun> {
    refuseInsideFlowFile();
    const signal = host().task?.current.signal;
    const started = await startRun({ flow: this.#flow, options: this.#options, parameters, ...request });
    if (signal !== undefined) endWith(signal, started);
    return started;
  }
}

/** A second interrupt kills what the first one asked to stop. */
const ASKED_MS = 300;

/** A run that a step started does not outlive the step. */
function endWith(signal: AbortSignal, { finished, interrupt }: StartedRun): void {
  const end = () => {
    interrupt("the step that started it was stopped");
    // The step itself is not given much longer, and its run should still be able to record its end.
    setTimeout(() => interrupt("the step that started it is ended"), ASKED_MS).unref();
  };
  if (signal.aborted) return end();
  signal.addEventListener("abort", end);
  const release = () => signal.removeEventListener("abort", end);
  finished.then(release, release);
}

async function resultOf<Flow>({ datastore, flow, run, firstFailure }: RunEnd): Promise<RunResult<Flow>> {
  const finished = (await Run.get<Flow>(`${flow}/${run}`, { datastore, namespace: "all" })) as FinishedRun<Flow>;
  const { step, attempt, error } = firstFailure ?? {};
  const failure = step === undefined || attempt === undefined || error === undefined ? null : { step, attempt, error };
  return { run: finished, status: finished.status, failure };
}

/** A file that runs its own flow when it is read would do so again in each of the run's processes. */
function refuseInsideFlowFile(): void {
  const isEvaluatedForTask = host().isTaskProcess === true && host().task === undefined;
  if (host().isInsideFlowFile?.() !== true && !isEvaluatedForTask) return;
  throw new MillraceError({
    code: "MILLRACE_TEST",
    headline: "Cannot start a run because the flow's own file does so while it is read",
    hint: "put the flow into a file of its own, and the code that runs it into another",
  });
}
