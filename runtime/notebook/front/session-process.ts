import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { pathToFileURL } from "node:url";
import { ownFile } from "../../own-file.ts";
import { FRONT_FD, INTERRUPT_FD } from "../session/channel.ts";
import { MergeOutput } from "./merge-output.ts";
import { parseFromSession } from "./parse-from-session.ts";
import type { CellOutput, CompiledCell, FromSession, ToSession } from "./protocol.ts";
import { OWN_GROUP, signalGroup } from "../../process/signal-group.ts";

export interface SessionProcessOptions {
  /** The notebook's folder: the process runs there. */
  readonly folder: string;
}

/** Called in the order in which outputs were made. */
export type OnOutput = (output: CellOutput) => void;

/** How a session's process came to its end. */
export interface SessionEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, "id"> : never;

/** The process that runs cells, as its front sees it. */
export class SessionProcess {
  /** Resolves when the process is gone and all that it said has been passed on. */
  readonly ended: Promise<SessionEnd>;
  /** Resolves when the process can run cells, or is gone. */
  readonly ready: Promise<void>;
  #isReady: () => void = () => undefined;
  readonly #child: ChildProcess;
  /** By cell; it may have outputs long after it ended. */
  readonly #listeners = new Map<number, OnOutput>();
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #latestCell = 0;
  #lastId = 0;
  #interrupts = 0;
  #isGone = false;

  constructor({ folder }: SessionProcessOptions) {
    const mark = `\u001e${randomBytes(12).toString("hex")}`;
    this.#child = spawn(process.execPath, [...nodeOptions(), ownFile("notebook-session.js"), mark], {
      cwd: folder,
      // stdout, stderr, the front's pipe and the one for interrupts: see session/channel.ts.
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "ipc"],
      // An interrupt is passed on in its own way, and what the cells have started can be ended with the session.
      ...OWN_GROUP,
    });
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
    this.ended = this.#connect(mark);
  }

  /** Runs a cell; resolves when all its outputs have been passed on. False: it failed. Null: the session ended. */
  async execute(cell: CompiledCell, onOutput: OnOutput): Promise<boolean | null> {
    this.#latestCell = this.#lastId + 1;
    this.#listeners.set(this.#latestCell, onOutput);
    return (await this.#ask({ type: "execute", cell })) as boolean | null;
  }

  /** @returns null where the session has ended */
  complete(code: string, cursor: number): Promise<unknown> {
    return this.#ask({ type: "complete", code, cursor });
  }

  inspect(code: string, cursor: number): Promise<unknown> {
    return this.#ask({ type: "inspect", code, cursor });
  }

  interrupt(): void {
    if (this.#isGone) return;
    this.#interrupts += 1;
    this.#send({ type: "interrupt", count: this.#interrupts });
    (this.#child.stdio[INTERRUPT_FD] as Socket).write("!");
  }

  /** Lets the process end by itself, and ends it where it cannot. */
  async close(): Promise<void> {
    // Not by disconnecting: then Node would not tell when all pipes are closed.
    if (this.#child.connected) this.#send({ type: "close" });
    const timer = setTimeout(() => this.kill(), CLOSE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid !== undefined) signalGroup(pid, "SIGKILL");
  }

  #ask(request: WithoutId<ToSession>): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      if (this.#isGone) return resolve(null);
      this.#waiting.set(id, resolve);
      this.#send({ ...request, id });
    });
  }

  #send(message: ToSession): void {
    // The process may be ending: then `ended` answers.
    this.#child.send(message, () => undefined);
  }

  #connect(mark: string): Promise<SessionEnd> {
    const child = this.#child;
    const merge = new MergeOutput({
      mark,
      onText: (name, text) => this.#listeners.get(this.#latestCell)?.({ type: "stream", name, text }),
      onMessage: (line) => {
        const message = parseFromSession(line);
        if (message !== null) this.#receive(message);
      },
    });
    for (const name of ["stdout", "stderr"] as const)
      child[name]?.on("data", (bytes: Buffer) => merge.pipe(name, bytes));
    child.stdio[FRONT_FD]?.on("data", (bytes: Buffer) => merge.messages(bytes));
    // Read as well, or its end would go unnoticed.
    (child.stdio[INTERRUPT_FD] as Socket).on("error", () => undefined).resume();
    return new Promise((resolve) => {
      child.once("error", () => resolve({ code: null, signal: null }));
      child.once("exit", () => {
        // What the cells have started holds the pipes open, and nobody would read what it says.
        this.kill();
        const destroy = () => child.stdio.forEach((pipe) => pipe?.destroy());
        // After the pipes were read once more: where this process was held up, its timers are due before that.
        setTimeout(() => setImmediate(destroy), LEFTOVER_MS).unref();
      });
      child.once("close", (code, signal) => {
        merge.end();
        this.#isGone = true;
        this.#isReady();
        for (const answer of this.#waiting.values()) answer(null);
        resolve({ code, signal });
      });
    });
  }

  #receive(message: FromSession): void {
    if (message.type === "ready") return this.#isReady();
    if (message.type === "output") return this.#listeners.get(message.id)?.(message.output);
    const answer = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    answer?.(message.type === "ended" ? message.isOk : message.value);
  }
}

/** Time for a session to end by itself. */
const CLOSE_MS = 2_000;
/** Time for what is left in the pipes of a process that is gone. */
const LEFTOVER_MS = 1_000;

/** Cells import TypeScript modules: through tsx, as flow files do. */
function nodeOptions(): string[] {
  return [
    "--disable-warning=ExperimentalWarning",
    "--import",
    pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href,
  ];
}
