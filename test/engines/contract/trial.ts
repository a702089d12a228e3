import type { BackendEvent, ComputeBackend, TaskLogged } from "../../../runtime/engines/compute-backend.ts";
import type { TaskOutcome } from "../../../runtime/task/task-outcome.ts";
import type { TaskSpec } from "../../../runtime/task/task-spec.ts";
import { loadArtifact } from "../../../runtime/datastore/load-artifact.ts";
import type { ResultLocator } from "../../../runtime/datastore/records.ts";
import type { Stage } from "./stage.ts";

/** Tasks of all trials of a file: none may have another's number. */
let lastTask = 0;

/** A backend, what it has reported, and what tests ask of both. */
export class Trial {
  readonly events: BackendEvent[] = [];
  backend!: ComputeBackend;
  readonly #stage: Stage;
  readonly #watchers = new Set<() => void>();
  readonly troubles: unknown[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  deliver(event: BackendEvent): void {
    this.events.push(event);
    this.#wake();
  }

  trouble(error: unknown): void {
    this.troubles.push(error);
    this.#wake();
  }

  /** Starts an attempt of a task of that step; gives the task's number. */
  start(step: string, parts: Partial<TaskSpec> = {}): number {
    const task = parts.task ?? (lastTask += 1);
    const spec: TaskSpec = {
      ...{ task, step, attempt: 0, path: `${task}`, isLastAttempt: true },
      ...{ inputs: [], stack: [], gang: null, caught: null },
      ...parts,
    };
    this.backend.start(spec);
    return task;
  }

  /** Starts it, and waits for its end. */
  run(step: string, parts: Partial<TaskSpec> = {}): Promise<TaskOutcome> {
    return this.endOf(this.start(step, parts));
  }

  async endOf(task: number): Promise<TaskOutcome> {
    await this.until(() => this.of(task).some(({ type }) => type === "ended"));
    return this.of(task).flatMap((event) => (event.type === "ended" ? [event.outcome] : []))[0] as TaskOutcome;
  }

  of(task: number): BackendEvent[] {
    return this.events.filter((event) => event.task === task);
  }

  linesOf(task: number, stream: TaskLogged["stream"] = "stdout"): string[] {
    return this.of(task).flatMap((event) => (event.type === "logged" && event.stream === stream ? [event.text] : []));
  }

  /** Resolves once what was reported is enough. */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** What the attempt left in the datastore. */
  artifactsAt(result: ResultLocator): Record<string, unknown> {
    const { store, document } = this.#stage;
    const { artifacts } = store.record(document.flow, document.run).resultAt(result);
    return Object.fromEntries(
      Object.entries(artifacts).map(([name, ref]) => [name, loadArtifact(store.blobs, name, ref)]),
    );
  }

  #wake(): void {
    for (const resolve of this.#watchers) resolve();
    this.#watchers.clear();
  }
}
