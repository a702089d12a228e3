import { type ChildProcess, spawn } from "node:child_process";
import os from "node:os";
import process from "node:process";
import type { Duplex } from "node:stream";
import { ownFile } from "../../own-file.ts";
import { frameReader, writeFrame } from "../channel/frame-reader.ts";
import {
  type AnswerHead,
  type ArrowAsked,
  FRAMES,
  type ServiceCommand,
  type ServiceProblem,
  type ServiceReport,
  type ServiceSetup,
} from "../channel/service-command.ts";

/** Answers of one batch, in the order of its requests. */
export interface BatchAnswers {
  readonly heads: readonly AnswerHead[];
  readonly bodies: readonly Buffer[];
  readonly ms: number;
  readonly faults: readonly string[];
}

/** A request's body, and whether it or its answer is Arrow. */
export interface BatchBody {
  readonly body: Buffer;
  readonly arrow?: ArrowAsked | undefined;
}

/** Told what becomes of a worker. */
export interface WorkerEvents {
  onAnswers(answers: BatchAnswers): void;
  /** Once, whatever the reason; `problem` is what it said where it could not load the service. */
  onEnd(end: { readonly how: string; readonly problem: ServiceProblem | null }): void;
}

export interface ServiceProcessOptions extends WorkerEvents {
  readonly setup: ServiceSetup;
  readonly env: NodeJS.ProcessEnv;
  readonly niceness: number;
}

const END_MS = 2_000;

/** One process with one version of the model. It answers one batch at a time. */
export class ServiceProcess {
  /** When it has loaded the service, or has ended. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #frames: Duplex | null;
  readonly #events: WorkerEvents;
  readonly #niceness: number;
  #isReady = false;
  #problem: ServiceProblem | null = null;
  #how: string | null = null;
  #isOver = false;

  constructor({ setup, env, niceness, ...events }: ServiceProcessOptions) {
    this.#events = events;
    this.#niceness = niceness;
    // How Node was started holds for it, too: with tsx, it reads TypeScript.
    this.#child = spawn(process.execPath, [...process.execArgv.filter(isForWorker), ownFile("service-worker.js")], {
      stdio: ["ignore", "inherit", "inherit", "pipe"],
      env,
    });
    let settle: () => void = () => undefined;
    this.ready = new Promise((resolve) => (settle = resolve));
    this.#child.on("error", (error) => this.#over(`it cannot be started: ${error.message}`, settle));
    // Where the system has no more files or processes to give, there is no pipe.
    const pipes = this.#child.stdio as ChildProcess["stdio"] | undefined;
    const frames = pipes?.[FRAMES] as Duplex | null | undefined;
    this.#frames = frames ?? null;
    this.#child.on("exit", (code, signal) => this.#over(signal ?? `exit code ${code ?? 0}`, settle));
    frames?.on("error", () => undefined);
    frames?.on(
      "data",
      frameReader((head, body) => this.#take(head as ServiceReport, body, settle)),
    );
    this.#send({ type: "load", setup });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it can be given batches. */
  get isReady(): boolean {
    return this.#isReady && !this.#isOver;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What it said where it could not load the service. */
  get problem(): ServiceProblem | null {
    return this.#problem;
  }

  batch(method: string, requests: readonly BatchBody[]): void {
    const arrow = requests.some((one) => one.arrow !== undefined)
      ? { arrow: requests.map((one) => one.arrow ?? null) }
      : {};
    const bodies = requests.map(({ body }) => body);
    this.#send({ type: "batch", method, sizes: bodies.map(({ length }) => length), ...arrow }, bodies);
  }

  /** Lets it end by itself; kills it where it does not. */
  end(): void {
    if (this.#isOver) return;
    this.#how = "the server ended it";
    this.#frames?.end();
    const late = setTimeout(() => this.kill("the server ended it"), END_MS).unref();
    this.#child.once("exit", () => clearTimeout(late));
  }

  kill(how: string): void {
    if (this.#isOver) return;
    this.#how = how;
    this.#child.kill("SIGKILL");
  }

  #send(command: ServiceCommand, bodies: readonly Buffer[] = []): void {
    const frames = this.#frames;
    if (frames === null || frames.destroyed) return;
    writeFrame(frames, command, bodies);
  }

  #take(report: ServiceReport, body: Buffer, settle: () => void): void {
    switch (report.type) {
      case "ready":
        this.#isReady = true;
        // Not before: where others leave it little, it would never be ready.
        if (this.#niceness > 0) standBack(this.#child.pid, this.#niceness);
        return settle();
      case "failed":
        this.#problem = report.problem;
        return this.kill(report.problem.headline);
      case "answers": {
        const { answers: heads, ms, faults } = report;
        let from = 0;
        const bodies = heads.map(({ size }) => body.subarray(from, (from += size)));
        return this.#events.onAnswers({ heads, bodies, ms, faults });
      }
    }
  }

  #over(how: string, settle: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#frames?.destroy();
    settle();
    this.#events.onEnd({ how: this.#how ?? how, problem: this.#problem });
  }
}

/** Where the system does not let it, it competes as all do. */
function standBack(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return;
  try {
    os.setPriority(pid, niceness);
  } catch {
    // The process may have ended, or the system may have no such thing.
  }
}

/** A debugger listens at one port, and belongs to the server. */
function isForWorker(option: string): boolean {
  return !option.startsWith("--inspect");
}
