import { host } from "../../sdk/base/host.ts";
import { brokenInvariant, isMillraceError, MillraceError } from "../../sdk/base/errors.ts";
import { stepMarkOf } from "../../sdk/base/metadata.ts";
import type { StopReason } from "../task/stop-reason.ts";
import type { TaskOutcome } from "../task/outcome.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import { loadArtifacts, settled } from "../datastore/artifacts.ts";
import {
  type AttemptResult,
  type ErrorRecord,
  RECORD_FORMAT,
  refIn,
  type ResultLocator,
  type TakenTransition,
} from "../datastore/records.ts";
import { nodeOf } from "../graph/graph.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { watchedBlobs } from "../secrets/watched-blobs.ts";
import { currentTask } from "./current-task.ts";
import { errorRecord } from "./error-record.ts";
import { Fields } from "./fields.ts";
import { ForeachItems } from "./foreach-items.ts";
import { GpuLedger } from "./gpu-ledger.ts";
import { isFinal } from "./is-final.ts";
import { joinInputs } from "./join-inputs.ts";
import { loadAhead } from "./load-ahead.ts";
import type { FlowClass, LoadedFlow } from "./load-flow.ts";
import { mergeInto } from "./merge.ts";
import { SignalUse } from "./signal-use.ts";
import type { SourceMapper } from "./source-mapper.ts";
import { impliedTransition, NextCall } from "./next-call.ts";
import { takeSecrets } from "./take-secrets.ts";
import { type CachedResult, type TaskCache, taskCache } from "./task-cache.ts";
import { TaskFolder } from "./task-folder.ts";
import { storedTransition, type Transit } from "./transit.ts";
import { mayRetry } from "./retry-filter.ts";

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
  /** Told of what the step threw, as it is: a record of it loses its identity. */
  onThrown?(thrown: unknown): void;
}

/** One attempt of a task: builds the flow's instance, runs the step, stores what it leaves. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #abort = new AbortController();
  readonly #signalUse = new SignalUse(this.#abort.signal);
  readonly #startedAt = Date.now();
  #gpu: GpuLedger | null = null;
  #stopReason: StopReason | null = null;
  #redactor: Redactor | null;
  readonly #folder = new TaskFolder();
  #onCrash: ((error: unknown) => void) | null = null;
  /** False after an error that escaped the step: the process is in no known state. */
  isClean = true;

  constructor(options: ExecutionOptions) {
    const { flow, spec } = options;
    this.#redactor = flow.redactor ?? null;
    const blobs = watchedBlobs(flow.blobs, {
      redactor: () => this.#redactor,
      onFound: (name) => process.stderr.write(`warning: ${holdsSecret(name, spec.step)}\n`),
    });
    this.#options = { ...options, flow: { ...flow, blobs } };
  }

  /** What masks the secrets that the task knows. */
  get redactor(): Redactor | null {
    return this.#redactor;
  }

  abort(reason: StopReason): void {
    this.#stopReason = reason;
    this.#abort.abort(new DOMException(reason.message, reason.name));
  }

  /** True while the step can still be woken by its signal: a time limit, an interrupt, the failure of another task. */
  isWaiting(): boolean {
    return this.#signalUse.isAwaited();
  }

  /** An error that the step's own promise does not carry. */
  crash(error: unknown): void {
    this.isClean = false;
    this.#onCrash?.(error);
  }

  async run(): Promise<TaskOutcome> {
    const { flow, spec, mapper } = this.#options;
    let attempt: Attempt | null = null;
    let method: object | null = null;
    try {
      const Flow = await this.#guarded(() => flow.evaluate());
      method = stepOf(Flow, spec.step);
      attempt = this.#begin(Flow);
      this.#redactor = takeSecrets(flow, { step: spec.step, method: attempt.method });
      if (spec.caught !== null) return this.#conclude(attempt, spec.caught);
      const known = attempt.cache?.find() ?? null;
      const repeated = known === null ? null : this.#repeat(known);
      if (repeated !== null) return { status: "succeeded", ...repeated };
      if (this.#stopReason !== null) throw this.#abort.signal.reason;
      const begun = attempt;
      await this.#guarded(() => this.#body(begun));
      this.#regain();
      // Gives a rejection that nobody handles the turn in which Node reports it.
      await this.#guarded(() => new Promise((resolve) => setImmediate(resolve)));
      this.#refuseLateSuccess();
      const taken = attempt.next.taken();
      const committed = this.#commit(attempt, { status: "succeeded", taken, error: null });
      attempt.cache?.keep(committed.result);
      return { status: "succeeded", ...committed };
    } catch (thrown) {
      const lasting = this.#options.regain?.() ?? null;
      this.#options.onThrown?.(thrown);
      // What a step throws because it was told to stop is told as the reason for that.
      const told = { ...errorRecord(thrown, mapper, this.#redactor), ...this.#stopReason };
      const error = this.#redactor?.data(told) ?? told;
      const isRetryable = method === null ? !isFinal(thrown) : await this.#mayRetry(method, thrown);
      // In a process without reliable built-ins nothing is stored: another one concludes.
      if (lasting !== null) return { status: "failed", error, isRetryable, isCrash: true };
      const isOver = spec.isLastAttempt || !isRetryable;
      if (attempt !== null && isOver && attempt.catchAs !== undefined) return this.#conclude(attempt, error);
      return { status: "failed", error, isRetryable, isCrash: false };
    } finally {
      host().task = undefined;
      this.#folder.remove();
    }
  }

  /** A step that outlived its time limit has failed, even if it came to an end before it was killed. */
  #refuseLateSuccess(): void {
    if (this.#stopReason?.name === "TimeoutError") throw this.#abort.signal.reason;
  }

  #begin(Flow: FlowClass): Attempt {
    const { flow, spec } = this.#options;
    const node = nodeOf(flow.document.graph, spec.step);
    const instance = new Flow();
    const method = stepOf(Flow, spec.step);
    const fields = new Fields(instance, {
      blobs: flow.blobs,
      parameters: { ...flow.document.parameters, ...flow.document.configs },
    });
    const [first] = spec.inputs;
    if (!node.isJoin && first !== undefined) {
      const { artifacts } = flow.resultAt(first);
      // What the step's source names is on its way while the step begins.
      loadAhead(flow, { refs: node.mentions.map((name) => refIn(artifacts, name)) });
      fields.lay(artifacts);
    }
    const inputs = node.isJoin ? joinInputs(flow, spec.inputs) : null;
    const items = new ForeachItems(flow.blobs, spec.stack);
    const gpu = (this.#gpu = new GpuLedger(node));
    const next = new NextCall({ instance, node, graph: flow.document.graph, maxSplits: flow.setup.maxSplits });
    host().task = {
      flow: instance,
      next: (args) => next.call(args),
      get input() {
        return items.current();
      },
      index: spec.stack.at(-1)?.index,
      foreachStack: () => items.frames(),
      mergeArtifacts(given, options) {
        if (inputs === null) throw noJoin(spec.step);
        mergeInto({ fields, flow, locators: inputs.locatorsOf(given), options });
      },
      noteKernel: (use) => gpu.note(use),
      current: currentTask({
        ...{ flow, spec, signal: this.#abort.signal },
        tempDir: () => this.#folder.path(),
        gpu: () => gpu.use,
      }),
    };
    const argument = inputs?.views ?? (spec.stack.length > 0 && takesArgument(method) ? items.current() : undefined);
    const cache = taskCache(flow, { spec, items });
    const { catchAs } = node.settings;
    return { instance, method, fields, next, argument, catchAs, cache };
  }

  /** Ends with the work, or with an error that escaped it. Calls nothing that the work may have replaced. */
  #guarded<T>(work: () => Promise<T>): Promise<T> {
    let on!: Settle<T>;
    const over = new Promise<T>((resolve, reject) => (on = { resolve, reject }));
    this.#onCrash = on.reject;
    void settle(work, on);
    return over;
  }

  async #body({ instance, method, argument }: Attempt): Promise<void> {
    await (argument === undefined ? method.call(instance) : method.call(instance, argument));
  }

  #regain(): void {
    const lasting = this.#options.regain?.() ?? null;
    if (lasting !== null) throw changedForGood(lasting, this.#options.spec.step);
  }

  /** `@catchError`: the flow goes on without the step's success. */
  #conclude(attempt: Attempt, error: ErrorRecord): TaskOutcome {
    const { flow, spec } = this.#options;
    if (typeof attempt.catchAs === "string") attempt.fields.set(attempt.catchAs, errorOf(error));
    const taken = impliedTransition(nodeOf(flow.document.graph, spec.step));
    return { status: "caught", ...this.#commit(attempt, { status: "caught", taken, error }), error };
  }

  #commit(attempt: Attempt, end: Pick<AttemptResult, "status" | "error"> & { taken: Transit }): Committed {
    const { flow, spec } = this.#options;
    if (end.status === "succeeded" && typeof attempt.catchAs === "string") attempt.fields.clear(attempt.catchAs);
    const { next, artifacts } = settled(flow.blobs, () => ({
      next: storedTransition(end.taken, flow.blobs),
      artifacts: attempt.fields.save({ isLenient: end.status === "caught" }),
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
      ...(this.#gpu?.use == null ? {} : { gpu: this.#gpu.use }),
    };
    // What the artifacts consist of may have run code when it was read.
    this.#regain();
    return { next, result: this.#committed(result) };
  }

  #committed(result: AttemptResult): ResultLocator {
    const { flow, spec } = this.#options;
    const reason = this.#options.whyUncommittable();
    if (reason !== null) throw new Error(`this task's result is not recorded: ${reason}`);
    return flow.commit(result, spec.inputs[0]);
  }

  /** Commits what an earlier task with the same inputs left, as this task's own. Null if a gc was faster. */
  #repeat({ result, locator, confirm }: CachedResult): Committed | null {
    const { flow, spec } = this.#options;
    const { run } = flow.setup;
    const { step, task, attempt } = spec;
    const times = { startedAt: this.#startedAt, finishedAt: Date.now() };
    const own = { ...result, run, step, task, attempt, ...times, repeats: locator };
    const committed = { next: own.next ?? { kind: "end" }, result: this.#committed(own) } as const;
    try {
      confirm();
    } catch (error) {
      // The step then runs, and what it commits takes the place of this.
      if (isMillraceError(error) && error.code === "MILLRACE_COLLECTED") return null;
      throw error;
    }
    process.stderr.write(`taken from the cache: ${flow.setup.flow}/${locator.split("/").slice(0, 3).join("/")}\n`);
    return committed;
  }

  #mayRetry(method: object, thrown: unknown): Promise<boolean> {
    const { blobs, document } = this.#options.flow;
    return mayRetry(method, { thrown, configs: loadArtifacts(blobs, document.configs) });
  }
}

async function settle<T>(work: () => Promise<T>, on: Settle<T>): Promise<void> {
  try {
    on.resolve(await work());
  } catch (thrown) {
    on.reject(thrown);
  }
}

interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

interface Committed {
  readonly next: TakenTransition;
  readonly result: ResultLocator;
}

interface Attempt {
  readonly instance: object;
  readonly method: (this: object, argument?: unknown) => unknown;
  readonly fields: Fields;
  readonly next: NextCall;
  readonly argument: unknown;
  readonly catchAs: string | null | undefined;
  readonly cache: TaskCache | null;
}

function stepOf(Flow: FlowClass, step: string): Attempt["method"] {
  const method = (Flow.prototype as Record<string, unknown>)[step];
  if (typeof method === "function" && stepMarkOf(method) !== undefined) return method as Attempt["method"];
  throw brokenInvariant(`${step} is no step of ${Flow.name}`);
}

/** What the flow finds in the field that `@catchError` names. */
function errorOf(record: ErrorRecord): Error {
  const error = new Error(record.message);
  error.name = record.name;
  error.stack = record.stack ?? `${record.name}: ${record.message}`;
  return record.code === undefined ? error : Object.assign(error, { code: record.code });
}

function holdsSecret(name: string, step: string): string {
  const what = name === "checkpoint" ? "the checkpoint" : `the artifact ${name}`;
  return `${what} of step ${step} holds a secret of @secrets, and is stored as it is: leave the secret in the environment`;
}

/** A parameter with a default does not count in `length`, so the source is asked. */
function takesArgument(method: (...args: never[]) => unknown): boolean {
  return method.length > 0 || !/^[^(]*\(\s*\)/.test(String(method));
}

function changedForGood(name: string, step: string): Error {
  return new Error(
    `the result of step ${step} cannot be stored because it replaced the built-in ${name} in a way that cannot be undone`,
  );
}

function noJoin(step: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MERGE",
    headline: `Cannot merge artifacts because step ${step} is no join`,
    hint: "merge in the step that takes `inputs`",
  });
}
