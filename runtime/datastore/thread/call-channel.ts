import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { AnswerMessage, CallName, Calls, ThreadSetup } from "./calls.ts";

/** How long the thread may give no sign of life before it counts as dead. */
const DEAD_AFTER_MS = 60_000;
const LOOK_MS = 5000;

/** Channels with calls on their way: their thread has to finish them, whoever still holds the storage. */
const BUSY = new Set<CallChannel>();
const THREADS = new FinalizationRegistry<Worker>((worker) => void worker.terminate());

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  /** Somebody waits for the answer while the event loop runs. */
  readonly keepsAlive: boolean;
}

export interface ThreadOptions {
  /** The file of its program, which calls `answerCalls`. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

/** For a caller that waits for the promise itself. */
export const NOTHING_ASIDE = { transfer: [], answered: () => undefined };

/** Calls a thread of its own: either the caller is blocked until the answer is there, or it goes on meanwhile. */
export class CallChannel {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #signal: Int32Array;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #keptAlive = 0;
  #isDead = false;
  #isClosed = false;

  constructor(setup: Omit<ThreadSetup, "signal">, { program, env }: ThreadOptions) {
    const { port1, port2 } = new MessageChannel();
    const signal = new SharedArrayBuffer(8);
    const worker = new Worker(program, {
      workerData: { ...setup, signal, port: port2 },
      transferList: [port2],
      env,
      stdout: false,
      // What a launcher preloads for flows is not for this thread.
      execArgv: [],
    });
    worker.unref();
    this.#worker = worker;
    this.#port = port1;
    this.#signal = new Int32Array(signal);
    // Held weakly: with the storage that nobody uses any more its thread ends.
    const self = new WeakRef(this);
    port1.on("message", (message: AnswerMessage) => {
      const channel = self.deref();
      if (channel !== undefined) channel.#take(message);
    });
    port1.unref();
    worker.on("error", (error) => {
      const channel = self.deref();
      if (channel !== undefined) channel.#fail(error);
    });
    THREADS.register(this, worker);
  }

  /** Blocks until the answer is there. */
  wait<Name extends CallName>(
    name: Name,
    args: Calls[Name]["args"],
    transfer: ArrayBuffer[] = [],
  ): Calls[Name]["answer"] {
    const outcome: { answer?: unknown; error?: unknown } = {};
    let isThere = false;
    const id = this.#post(name, args, transfer);
    this.#pending.set(id, {
      keepsAlive: false,
      resolve: (answer) => ((isThere = true), (outcome.answer = answer)),
      reject: (error) => ((isThere = true), (outcome.error = error)),
    });
    this.#blockUntil(() => isThere);
    if ("error" in outcome) throw outcome.error;
    return outcome.answer as Calls[Name]["answer"];
  }

  /**
   * The answer comes while the caller goes on; the process stays until then.
   * @param on - `answered` is told at once how it went, also while another call blocks, when no promise's handler can run
   */
  ask<Name extends CallName>(
    name: Name,
    args: Calls[Name]["args"],
    { transfer, answered }: { transfer: ArrayBuffer[]; answered(error: unknown): void },
  ): Promise<Calls[Name]["answer"]> {
    const id = this.#post(name, args, transfer);
    if (++this.#keptAlive === 1) this.#port.ref();
    return new Promise((resolve, reject) => {
      const succeed = (answer: unknown) => {
        answered(null);
        resolve(answer as Calls[Name]["answer"]);
      };
      const fail = (error: unknown) => {
        answered(error);
        reject(error);
      };
      this.#pending.set(id, { keepsAlive: true, resolve: succeed, reject: fail });
    });
  }

  /** Nobody waits; `then` is told how it ended, at the latest while another call blocks. */
  send<Name extends CallName>(
    name: Name,
    args: Calls[Name]["args"],
    { transfer = [], then }: { transfer?: ArrayBuffer[]; then(error: unknown): void },
  ): void {
    const id = this.#post(name, args, transfer);
    this.#pending.set(id, { keepsAlive: false, resolve: () => then(null), reject: then });
  }

  /** Blocks, taking answers, until the condition holds. */
  waitUntil(condition: () => boolean): void {
    this.#blockUntil(condition);
  }

  /** Ends the thread; a call after that is a mistake. */
  close(): void {
    this.#isClosed = true;
    BUSY.delete(this);
    void this.#worker.terminate();
  }

  #post(name: CallName, args: object, transfer: ArrayBuffer[]): number {
    if (this.#isClosed) throw brokenInvariant(`${name} was asked of a datastore that was closed`);
    if (this.#isDead) throw threadDied();
    const id = ++this.#calls;
    BUSY.add(this);
    this.#port.postMessage({ id, name, args }, transfer);
    return id;
  }

  #blockUntil(condition: () => boolean): void {
    let aliveAt = Date.now();
    let beats = Atomics.load(this.#signal, 1);
    for (;;) {
      const answers = Atomics.load(this.#signal, 0);
      for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port))
        this.#take(next.message as AnswerMessage);
      if (condition()) return;
      Atomics.wait(this.#signal, 0, answers, LOOK_MS);
      const now = Atomics.load(this.#signal, 1);
      if (now !== beats) [beats, aliveAt] = [now, Date.now()];
      else if (Date.now() - aliveAt > DEAD_AFTER_MS) {
        this.#isDead = true;
        throw threadDied();
      }
    }
  }

  #take({ id, answer, failure }: AnswerMessage): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) BUSY.delete(this);
    if (pending?.keepsAlive === true && --this.#keptAlive === 0) this.#port.unref();
    if (failure === undefined) pending?.resolve(answer);
    else pending?.reject(new MillraceError(failure));
  }

  #fail(error: Error): void {
    this.#isDead = true;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    BUSY.delete(this);
    for (const one of pending) one.reject(error);
  }
}

function threadDied(): Error {
  return brokenInvariant("the thread that talks to the bucket gives no sign of life");
}
