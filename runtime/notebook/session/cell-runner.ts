import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";
import vm from "node:vm";
import type { CellOutput, CompiledCell, FromSession } from "../front/protocol.ts";
import { declareNames } from "./cell-scope.ts";
import { type CellPlace, CellStacks } from "./cell-stacks.ts";
import { bundleOf } from "./bundle-of.ts";
import { CellStopped, failureOf } from "./failure-of.ts";
import { NOTEBOOK, type NotebookRecord, type RecordedCell } from "./notebook-record.ts";
import { type Outcome, RunningCell } from "./running-cell.ts";

export interface CellRunnerOptions {
  readonly folder: string;
  readonly send: (message: FromSession) => void;
}

/** Runs one cell after another in this process, and knows to which of them an output or a late error belongs. */
export class CellRunner {
  readonly stacks: CellStacks;
  readonly #send: (message: FromSession) => void;
  /** The cell that code belongs to, by its number alone: until Node 22 it shows in every promise. */
  readonly #inside = new AsyncLocalStorage<number>();
  readonly #cells = new Map<number, RunningCell>();
  readonly #done: RecordedCell[] = [];
  #latest: RunningCell | null = null;

  constructor({ folder, send }: CellRunnerOptions) {
    this.stacks = new CellStacks({ folder });
    this.stacks.install();
    this.#send = send;
    Object.defineProperty(globalThis, NOTEBOOK, { value: this.#record(folder) });
  }

  async run(id: number, cell: CompiledCell): Promise<void> {
    const running = new RunningCell(id, cell);
    this.#latest = running;
    this.#cells.set(id, running);
    // In a callback of its own: an interrupt drops all that is on the stack, without a chance for `finally`.
    setImmediate(() => void this.#inside.run(id, () => this.#start(running)));
    await running.settled;
    // Rejections that nobody handles are told after the microtasks in which the cell ended.
    await new Promise((resolve) => setImmediate(resolve));
    const outcome = running.close();
    if (!outcome.isOk) this.output(failureOf(outcome.thrown, { stacks: this.stacks, cell }), running);
    else if (cell.isRecorded) this.#done.push({ count: cell.count, source: cell.source });
    this.#send({ type: "ended", id, isOk: outcome.isOk });
  }

  /** Sends an output of the cell that the calling code belongs to. */
  output(output: CellOutput, of: RunningCell | null = this.now()): void {
    if (of !== null) this.#send({ type: "output", id: of.id, output });
  }

  /** The cell that the calling code belongs to; for code that lost its way, such as some callbacks, the latest one. */
  now(): RunningCell | null {
    return this.#inner() ?? this.#latest;
  }

  interrupt(places: readonly CellPlace[]): void {
    const running = this.#latest;
    if (running === null) return;
    running.abort.abort(new CellStopped("Interrupted", "the cell was interrupted"));
    running.end({ isOk: false, thrown: new CellStopped("Interrupted", "the cell was interrupted", places) });
  }

  /** An error that no code has caught: it ends its cell, or is reported beside it where that is over. */
  escaped(thrown: unknown): void {
    const cell = this.now();
    if (cell === null || cell.end({ isOk: false, thrown })) return;
    const { traceback } = failureOf(thrown, { stacks: this.stacks, cell: cell.cell });
    const text = `An unhandled error, after cell ${cell.cell.count} had ended:\n${traceback.join("\n")}\n`;
    this.output({ type: "stream", name: "stderr", text }, cell);
  }

  #inner(): RunningCell | null {
    return this.#cells.get(this.#inside.getStore() ?? 0) ?? null;
  }

  async #start(running: RunningCell): Promise<void> {
    // It may have been interrupted before it began.
    if (!running.isSettled) running.end(await this.#outcome(running));
  }

  async #outcome(running: RunningCell): Promise<Outcome> {
    const { id, cell } = running;
    try {
      declareNames(cell.names, cell.vars);
      const script = new vm.Script(cell.script, {
        filename: this.stacks.register(id, cell),
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      const [value] = (await (script.runInThisContext() as Promise<readonly unknown[] | undefined>)) ?? [];
      await Promise.all(running.displays);
      // What `display` returns says nothing that it has not shown.
      const isShown = value === undefined || running.displays.includes(value as Promise<void>);
      const data = isShown ? null : await bundleOf(value);
      if (data !== null && !running.isSettled) this.output({ type: "result", data, metadata: {} }, running);
      return { isOk: true };
    } catch (thrown) {
      return { isOk: false, thrown };
    }
  }

  #record(folder: string): NotebookRecord {
    const cells = this.#done;
    const inner = () => this.#inner();
    return Object.freeze({
      folder,
      cells,
      get current() {
        const cell = inner()?.cell;
        return cell === undefined ? null : { count: cell.count, source: cell.source };
      },
      get signal() {
        return inner()?.abort.signal ?? null;
      },
    });
  }
}
