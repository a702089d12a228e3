import type { StopSignal } from "./stop-signal.ts";
import type { TaskFiles, ValueFiles } from "../files/file-content.ts";
import type { RegisterModelOptions } from "./model-facts.ts";
import type { AnyClass } from "./metadata.ts";
import type { CurrentCard } from "./card-component.ts";
import type { OwnDecorator } from "./own-decorator.ts";

/**
 * Where the declarations meet what executes them. The SDK does no I/O: whoever runs a flow (launcher, worker, test)
 * puts itself here. Kept on `globalThis`, as a process can hold two copies of the package.
 */
export interface Host {
  /** Set by whoever evaluates a flow file on purpose: receives the class instead of the CLI starting. */
  main?: ((flow: AnyClass) => void) | undefined;
  /** The same for a service: receives the class instead of the CLI starting. */
  serve?: ((service: AnyClass) => void) | undefined;
  /** What the entry file gave to `serve()` so far. */
  givenServices?: AnyClass[];
  /** Set in the processes of a service that runs from an image: which code that is. */
  packagedService?: PackagedService | undefined;
  /** Set once a flow file was evaluated so: true for what the file's own evaluation calls, however late. */
  isInsideFlowFile?: (() => boolean) | undefined;
  /** The decorators that the code evaluated last has made, by name. */
  decorators?: Map<string, OwnDecorator> | undefined;
  /** What the entry file gave to `main()` so far. */
  given?: AnyClass[];
  /** Set in processes that only execute tasks. */
  isTaskProcess?: boolean | undefined;
  /** Set once `millrace/features` is loaded: the flow's tasks may compute features. */
  hasFeatures?: boolean | undefined;
  /** Where the run whose tasks this process executes is recorded. */
  datastore?: string | undefined;
  /** Where steps do not note their files: the file that defines a class, found when somebody asks. */
  fileOfClass?: ((Flow: AnyClass) => string | null) | undefined;
  /** Set while a flow is made whose initializers shall see its configuration: gives what its fields are defined on. */
  beginInstance?: (<Instance extends object>(instance: Instance) => Instance) | undefined;
  /** Set while a value is encoded or decoded that may hold files. */
  valueFiles?: ValueFiles | undefined;
  /** The task that runs in this process now. */
  task?: TaskHost | undefined;
}

/** The code package that an image of a service has. */
export interface PackagedService {
  /** SHA-256 of the code package, in hex. */
  readonly code: string;
}

/** What `this.next`, `this.input`, `current` … reach while a task runs. */
export interface TaskHost {
  /** The instance whose step runs. */
  readonly flow: object;
  next(args: readonly unknown[]): void;
  /** The foreach item; throws a clear error outside a foreach. */
  readonly input: unknown;
  readonly index: number | undefined;
  foreachStack(): readonly ForeachFrame[];
  mergeArtifacts(inputs: readonly unknown[], options: MergeOptions): void;
  /** Everything `current` shows; getters, evaluated on use. */
  readonly current: CurrentTask;
  /** Takes in files for artifacts. */
  readonly files: TaskFiles;
  /** Told by `millrace/gpu` of each call of a kernel. */
  noteKernel?(use: GpuUse): void;
  /** Told by `features.historical` of the view that it computed, as it was declared, and which of its features. */
  noteFeatures?(view: object, names: readonly string[]): void;
}

/** What kernels of `millrace/gpu` did in a task. */
export interface GpuUse {
  /** Where they really ran: on a GPU, in SIMD WebAssembly, in plain JavaScript. Of several, the one that took longest. */
  readonly backend: "webgpu" | "webasm" | "cpu";
  /** Name of the graphics card; null without one. */
  readonly adapter: string | null;
  /** Why no GPU was used; null if one was. */
  readonly reason: string | null;
  /** Threads of the processor that computed at once; 0 on a GPU. */
  readonly threads: number;
  /** Number of kernel calls. */
  readonly calls: number;
  /** Time in kernels, waiting for their data to move included. */
  readonly kernelMs: number;
  /** Bytes moved to where kernels ran. */
  readonly bytesIn: number;
  /** Bytes moved back. */
  readonly bytesOut: number;
}

/** One level of an enclosing foreach, outermost first. */
export interface ForeachFrame {
  /** The step that split. */
  readonly step: string;
  /** The item's place, from 0. */
  readonly index: number;
  /** Number of items. */
  readonly size: number;
  /** The item. */
  readonly input: unknown;
  /** What tells the item apart: the property that `label` names, else a short preview. */
  readonly label: string;
}

export interface MergeOptions {
  /** Only these artifacts. */
  readonly include?: readonly string[];
  /** All but these. */
  readonly exclude?: readonly string[];
}

/** What `current` offers inside a task. */
export interface CurrentTask {
  /** Name of the flow class. */
  readonly flowName: string;
  /** Id of the run. */
  readonly runId: string;
  /** Name of the step. */
  readonly stepName: string;
  /** The task's number within its run. */
  readonly taskId: string;
  /** `Flow/run/step/task` */
  readonly pathspec: string;
  /** From 0. */
  readonly attempt: number;
  /** The run that this one resumes, if any. */
  readonly originRunId: string | null;
  /** Who started the run. */
  readonly username: string;
  /** Whose runs the client sees by default in this run: `user:ada`. */
  readonly namespace: string;
  /** Tags that the run began with. */
  readonly tags: readonly string[];
  /** Values of the flow's parameters, by field name. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** A folder for this attempt alone, removed afterwards. */
  readonly tempDir: string;
  /** Aborted first when the task times out or the run is cancelled. */
  readonly signal: StopSignal;
  /** Name of the engine that runs the task: `"local"`. */
  readonly engine: string;
  /** The project that `@project` names. */
  readonly projectName: string | null;
  /** `prod`, `prod.<name>`, `test.<name>` or `user.<name>`; null outside a project. */
  readonly branchName: string | null;
  /** True for a run started with `--production`. */
  readonly isProduction: boolean;
  /**
   * Why a deployment started the run, and exactly what this run consumed; also in runs that resume it. Null in a run that a
   * person started; of a deployment that was triggered by hand, all of it is empty.
   */
  readonly trigger: CurrentTrigger | null;
  /** Progress that survives a retry and a resume; needs `@checkpoint()`. */
  readonly checkpoint: Checkpoint;
  /**
   * Tells how far the task is: shown live beside it, and in `status`. It may be called as often as you like.
   *
   * @param fraction - from 0 to 1
   * @param note - a few words on one line
   * @throws MillraceError `MILLRACE_PROGRESS` for anything but a fraction from 0 to 1
   *
   * @example
   * ```ts
   * for (let epoch = 1; epoch <= 10; epoch += 1) current.progress(epoch / 10, `epoch ${epoch}`);
   * ```
   */
  readonly progress: (fraction: number, note?: string) => void;
  /**
   * Adds a value to the series of each name: read with `task.metrics()`, shown by `runs --metric`. It may be called as
   * often as you like; NaN and Infinity are kept.
   *
   * @param metrics - numbers by name: `{ loss, accuracy }`
   * @param options - `step`: their place in the series, 0 or more; each series counts on by itself without it
   * @throws MillraceError `MILLRACE_METRIC` for anything but numbers, or a step that is not a whole number from 0 on
   *
   * @example
   * ```ts
   * for (let epoch = 0; epoch < 20; epoch += 1) current.log({ loss: 1 / (epoch + 1) }, { step: epoch });
   * ```
   */
  readonly log: (metrics: Readonly<Record<string, number>>, options?: LogStep) => void;
  /**
   * The cards of the task, which `@card()` declares. A fault in a card is a warning: nothing of this fails a task.
   *
   * @example
   * ```ts
   * import { lineChart } from "millrace/cards";
   *
   * const loss = lineChart({ x: "epoch", y: "loss" });
   * current.card.append(loss);
   * for (let epoch = 0; epoch < 20; epoch += 1) loss.push({ epoch, loss: 1 / (epoch + 1) });
   * ```
   */
  readonly card: CurrentCard;
  /**
   * Registers an artifact of this step as the next version of a model, once the task is committed: once, however often the
   * task is tried and the run resumed. A step that fails, is taken from the cache or tried out with `spin` registers nothing.
   *
   * @param name - of the model: a letter, then letters, digits, `_` and `-`
   * @throws MillraceError `MILLRACE_MODEL` for what cannot be registered; the task fails as well where it leaves no such artifact
   *
   * @example
   * ```ts
   * current.registerModel("churn", { artifact: "model", metrics: { auc: 0.91 }, description: "logistic regression" });
   * ```
   */
  readonly registerModel: (name: string, options: RegisterModelOptions) => void;
  /** What kernels of `millrace/gpu` did so far in this attempt; null before the first. */
  readonly gpu: GpuUse | null;
  /** Set in a gang: `numParallel`. */
  readonly parallel: ParallelInfo | null;
}

/** What a run of a deployment consumed. */
export interface CurrentTrigger {
  /** The events, oldest first; none where the run was not started by one. */
  readonly events: readonly CurrentEvent[];
  /** Runs whose end started this one, each as `Flow/run`. */
  readonly runs: readonly string[];
  /** The instant of the schedule, which may be earlier than the start of the run; null where none is due to it. */
  readonly scheduledAt: Date | null;
}

/** An event that a run consumed. */
export interface CurrentEvent {
  /** Ids sort by time. */
  readonly id: string;
  /** As it was published. */
  readonly name: string;
  /** Any JSON that was published with it, else null. */
  readonly data: unknown;
  /** When it was published. */
  readonly publishedAt: Date;
}

/** What `current.log` takes beside the numbers. */
export interface LogStep {
  /** The place in each series, such as the epoch; a whole number from 0 on. @defaultValue one more than the last */
  readonly step?: number | undefined;
}

/** The one value that a task keeps while it works. */
export interface Checkpoint {
  /** Replaces what was saved before. */
  save(value: unknown): void;
  /** A copy of what this task saved last, in whatever attempt or resumed run; undefined if it saved nothing. */
  load<T = unknown>(): T | undefined;
}

/** The place of a task in its gang. */
export interface ParallelInfo {
  /** Address of the gang's first task. */
  readonly mainHost: string;
  /** Number of tasks in the gang. */
  readonly numNodes: number;
  /** This task's place in the gang, from 0. */
  readonly nodeIndex: number;
}

const KEY = Symbol.for("millrace.host");

export function host(): Host {
  const holder = globalThis as { [KEY]?: Host };
  return (holder[KEY] ??= {});
}
