import { host } from "../../sdk/base/host.ts";
import { settled } from "../datastore/load-artifact.ts";
import {
  type AttemptResult,
  type ErrorRecord,
  RECORD_FORMAT,
  type ResultLocator,
  type TakenTransition,
} from "../datastore/records.ts";
import { nodeOf } from "../graph/flow-graph.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { watchedBlobs } from "../secrets/watched-blobs.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import { AttemptAspects } from "./aspects/attempt-aspects.ts";
import type { AttemptEnd, CodeEnd } from "./aspects/aspect.ts";
import { aspectsOf } from "./aspects/index.ts";
import { type StepAttempt, beginAttempt, type StepCode, stepCode } from "./step-attempt.ts";
import { errorRecord } from "./error-record.ts";
import { EscapeWatch } from "./escape-watch.ts";
import { isFinal } from "./is-final.ts";
import type { FlowClass, LoadedFlow } from "./load-flow.ts";
import { impliedTransition } from "./next-call.ts";
import { labelItems } from "./label-items.ts";
import { StepSignal } from "./step-signal.ts";
import type { SourceMapper } from "./source-mapper.ts";
import type { ProgressReport } from "../task/progress-report.ts";
import { TaskMetrics } from "./task-metrics.ts";
import { TaskProgress } from "./task-progress.ts";
import { TaskFolder } from "./task-folder.ts";
import { storedTransition, type Transit } from "./transit.ts";

export interface ExecutionOptions {
  readonly flow: LoadedFlow;
  readonly spec: TaskSpec;
  readonly mapper: SourceMapper;
  /** Why nothing is committed any more, as once the scheduler is gone; null as long as it is. */
  whyUncommittable(): string | null;
  /**
   * Called when code of the flow's has run, and before code of ours relies on what all code shares: puts that back.
   * Gives the name of what could not be put back, or null.
   */
  regain?(): string | null;
  /** Told how far the step says it is, a few times a second. */
  onProgress?(report: ProgressReport): void;
  /** Told of what the step threw, as it is: a record of it loses its identity. */
  onThrown?(thrown: unknown): void;
}

/** One attempt of a task: builds the flow's instance, runs the step, stores what it leaves. What decorators do is in `aspects/`. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #aspects: AttemptAspects;
  readonly #signal = new StepSignal();
  readonly #startedAt = Date.now();
  readonly #folder = new TaskFolder();
  readonly #escapes = new EscapeWatch();
  readonly #progress: TaskProgress;
  #metrics: TaskMetrics | null = null;
  #stopReason: StopReason | null = null;
  #redactor: Redactor | null;
  /** False after an error that escaped the step: the process is in no known state. */
  isClean = true;

  constructor(options: ExecutionOptions) {
    const { flow, spec } = options;
    this.#redactor = flow.redactor ?? null;
    const { onProgress } = options;
    this.#progress = new TaskProgress({ send: onProgress, redactor: () => this.#redactor });
    const blobs = watchedBlobs(flow.blobs, {
      redactor: () => this.#redactor,
      onFound: (name) => process.stderr.write(`warning: ${holdsSecret(name, spec.step)}\n`),
    });
    this.#options = { ...options, flow: { ...flow, blobs } };
    this.#aspects = new AttemptAspects(aspectsOf(nodeOf(flow.document.graph, spec.step).settings));
  }

  /** What masks the secrets that the task knows. */
  get redactor(): Redactor | null {
    return this.#redactor;
  }

  abort(reason: StopReason): void {
    this.#stopReason = reason;
    this.#signal.abort(new DOMException(reason.message, reason.name));
  }

  /** True while the step can still be woken by its signal: a time limit, an interrupt, the failure of another task. */
  isWaiting(): boolean {
    return this.#signal.isAwaited();
  }

  /** An error that the step's own promise does not carry. */
  crash(error: unknown): void {
    this.isClean = false;
    this.#escapes.escaped(error);
  }

  async run(): Promise<TaskOutcome> {
    const outcome = await this.#outcome();
    const metrics = this.#metrics?.close();
    return metrics === undefined ? outcome : { ...outcome, metrics };
  }

  async #outcome(): Promise<TaskOutcome> {
    const { flow, spec } = this.#options;
    let attempt: StepAttempt | null = null;
    let code: StepCode | null = null;
    try {
      const Flow = await this.#escapes.over(() => flow.evaluate());
      code = stepCode(Flow, { flow, step: spec.step });
      attempt = this.#begin(Flow, code);
      const early = await this.#aspects.before();
      if (early !== null) return early.status === "caught" ? this.#conclude(attempt, early.error) : early;
      if (this.#signal.reason !== null) throw this.#signal.reason;
      await this.#body(attempt);
      const taken = attempt.next.taken();
      await this.#ended({ status: "succeeded", error: null });
      const committed = this.#commit(attempt, { status: "succeeded", error: null, taken });
      this.#aspects.after(committed.result);
      return { status: "succeeded", ...committed };
    } catch (thrown) {
      return await this.#failed(thrown, { attempt, code });
    } finally {
      this.#progress.close();
      this.#aspects.close();
      host().task = undefined;
      this.#folder.remove();
    }
  }

  #begin(Flow: FlowClass, code: StepCode): StepAttempt {
    const attempt = beginAttempt(Flow, code, {
      spec: this.#options.spec,
      startedAt: this.#startedAt,
      signal: () => this.#signal.signal(),
      tempDir: () => this.#folder.path(),
      progress: (fraction, note) => this.#progress.tell(fraction, note),
      log: (metrics, options) => this.#log().add(metrics, options),
      mask: (redactor) => (this.#redactor = redactor),
      redactor: () => this.#redactor,
      commit: (result) => this.#committed(result),
    });
    this.#aspects.begin(attempt);
    return attempt;
  }

  async #body({ instance, method, argument }: StepAttempt): Promise<void> {
    await this.#escapes.over(() =>
      this.#aspects.around(async () => {
        await (argument === undefined ? method.call(instance) : method.call(instance, argument));
      }),
    );
    this.#regain();
    // Gives a rejection that nobody handles the turn in which Node reports it.
    await this.#escapes.over(() => new Promise((resolve) => setImmediate(resolve)));
    // A step that outlived its time limit has failed, even if it came to an end before it was killed.
    if (this.#signal.reason?.name === "TimeoutError") throw this.#signal.reason;
  }

  async #failed(thrown: unknown, of: { attempt: StepAttempt | null; code: StepCode | null }): Promise<TaskOutcome> {
    const lasting = this.#options.regain?.() ?? null;
    this.#options.onThrown?.(thrown);
    // What a step throws because it was told to stop is told as the reason for that.
    const told = { ...errorRecord(thrown, this.#options.mapper, this.#redactor), ...this.#stopReason };
    const error = this.#redactor?.data(told) ?? told;
    const isRetryable = of.code === null ? !isFinal(thrown) : await this.#aspects.mayRetry(thrown, of.code);
    // In a process without reliable built-ins nothing is stored: another one concludes.
    if (lasting !== null) return { status: "failed", error, isRetryable, isCrash: true };
    const isOver = this.#options.spec.isLastAttempt || !isRetryable;
    const isCaught = of.attempt !== null && isOver && this.#aspects.catches();
    const seen: unknown = this.#signal.reason ?? thrown;
    try {
      await this.#ended({ status: isCaught ? "caught" : "failed", error: seen });
    } catch {
      return { status: "failed", error, isRetryable, isCrash: true };
    }
    if (of.attempt !== null && isCaught) return this.#conclude(of.attempt, error);
    return { status: "failed", error, isRetryable, isCrash: false };
  }

  /** The step's code is over: what waits for that is code of the flow's, too. */
  async #ended(end: CodeEnd): Promise<void> {
    if (!this.#aspects.awaitsEnd) return;
    await this.#escapes.over(() => this.#aspects.ended(end));
    this.#regain();
    if (end.status === "succeeded" && this.#signal.reason?.name === "TimeoutError") throw this.#signal.reason;
  }

  #regain(): void {
    const lasting = this.#options.regain?.() ?? null;
    if (lasting !== null) throw changedForGood(lasting, this.#options.spec.step);
  }

  /** The flow goes on without the step's success. */
  #conclude(attempt: StepAttempt, error: ErrorRecord): TaskOutcome {
    const taken = impliedTransition(attempt.node);
    return { status: "caught", ...this.#commit(attempt, { status: "caught", error, taken }), error };
  }

  #commit(attempt: StepAttempt, end: AttemptEnd & { taken: Transit }): Committed {
    const { flow, spec } = this.#options;
    this.#aspects.leave(end);
    const labels = this.#labels(end.taken);
    const { next, artifacts } = settled(flow.blobs, () => ({
      next: storedTransition(end.taken, { blobs: flow.blobs, labels }),
      artifacts: attempt.fields.save({ isLenient: end.status === "caught", step: spec.step }),
    }));
    const result: AttemptResult = {
      format: RECORD_FORMAT,
      flow: flow.setup.flow,
      run: flow.setup.run,
      step: spec.step,
      task: spec.task,
      attempt: spec.attempt,
      status: end.status,
      startedAt: this.#startedAt,
      finishedAt: Date.now(),
      artifacts,
      next,
      error: end.error,
      ...this.#aspects.recorded(),
      ...(this.#metrics === null ? {} : { metrics: this.#metrics.conclude() }),
    };
    // What the artifacts consist of may have run code when it was read.
    this.#regain();
    this.#aspects.committing(result);
    return { next, result: this.#committed(result) };
  }

  #labels(taken: Transit): readonly string[] {
    if (taken.kind !== "foreach") return [];
    const redactor = this.#redactor;
    const mask = redactor === null ? null : (text: string) => redactor.text(text);
    const { labels, without } = labelItems(taken.items, { label: taken.label, mask });
    if (without.length > 0) process.stderr.write(`warning: ${withoutLabel(taken, without)}\n`);
    return labels;
  }

  #log(): TaskMetrics {
    const { record } = this.#options.flow;
    const { spec } = this.#options;
    return (this.#metrics ??= new TaskMetrics({
      open: () => record.openMetrics(spec),
      redactor: () => this.#redactor,
    }));
  }

  #committed(result: AttemptResult): ResultLocator {
    const { flow, spec } = this.#options;
    const reason = this.#options.whyUncommittable();
    if (reason !== null) throw new Error(`this task's result is not recorded: ${reason}`);
    return flow.commit(result, spec.inputs[0]);
  }
}

interface Committed {
  readonly next: TakenTransition;
  readonly result: ResultLocator;
}

function withoutLabel(
  { artifact, label, items }: Extract<Transit, { kind: "foreach" }>,
  [first = 0, ...others]: readonly number[],
): string {
  const more = others.length === 0 ? "" : `, nor have ${others.length} more of its ${items.length} items`;
  return `${artifact}[${first}] has no property ${label ?? ""} to be labelled by${more}: a preview of the item is shown`;
}

function holdsSecret(name: string, step: string): string {
  const what = name === "checkpoint" ? "the checkpoint" : `the artifact ${name}`;
  return `${what} of step ${step} holds a secret of @secrets, and is stored as it is: leave the secret in the environment`;
}

function changedForGood(name: string, step: string): Error {
  return new Error(
    `the result of step ${step} cannot be stored because it replaced the built-in ${name} in a way that cannot be undone`,
  );
}
