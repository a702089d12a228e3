import { CellCompiler } from "../compile/cell-compiler.ts";
import { CellSyntaxError } from "../compile/cell-syntax-error.ts";
import type { CellFailure, CompiledCell, Completion, OutputBundle } from "./protocol.ts";
import { type OnOutput, type SessionEnd, SessionProcess } from "./session-process.ts";

export interface CellToRun {
  readonly source: string;
  /** The number in front of the cell. */
  readonly count: number;
  /** False for code that a front end runs for itself. */
  readonly isRecorded: boolean;
}

/** How a cell ended: null for success. */
export type CellEnd = CellFailure | null;

/** Time that an interrupt has to take effect before the process is ended. */
const INTERRUPT_MS = 5_000;

/** The state of a notebook: runs its cells, and starts a new process where a cell took the old one with it. */
export class NotebookSession {
  readonly #folder: string;
  #compiler: CellCompiler;
  #process: SessionProcess | null = null;
  #isRunning = false;
  #isStopped = false;
  #isCompiling = false;
  /** While it was compiled. */
  #isInterrupted = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor({ folder }: { folder: string }) {
    this.#folder = folder;
    this.#compiler = new CellCompiler({ folder });
  }

  /** Starts the process ahead of the first cell. */
  start(): SessionProcess {
    if (this.#process === null) {
      const started = new SessionProcess({ folder: this.#folder });
      this.#process = started;
      void started.ended.then(() => {
        this.#process = null;
        this.#compiler = new CellCompiler({ folder: this.#folder });
      });
    }
    return this.#process;
  }

  /** Starts the process and the compiler's, and waits until cells can run. */
  async ready(): Promise<void> {
    await Promise.all([this.start().ready, this.completeness("")]);
  }

  /** Runs a cell; when this resolves, all its outputs have been passed on, a failure too. One cell at a time. */
  async execute(cell: CellToRun, onOutput: OnOutput): Promise<CellEnd> {
    let failure: CellEnd = null;
    const listen: OnOutput = (output) => {
      if (output.type === "error") failure = output;
      onOutput(output);
    };
    const compiled = await this.#compile(cell);
    if (this.#isInterrupted) listen(failureNamed("Interrupted", "the cell was interrupted"));
    else if (compiled instanceof CellSyntaxError) listen(syntaxFailure(compiled));
    else await this.#run(compiled, listen);
    return failure;
  }

  async completeness(source: string): Promise<"complete" | "incomplete" | "invalid"> {
    return this.#compiler.completeness(source);
  }

  async complete(code: string, cursor: number): Promise<Completion> {
    const none = { matches: [], start: cursor, end: cursor };
    return ((await this.start().complete(code, cursor)) as Completion | null) ?? none;
  }

  async inspect(code: string, cursor: number): Promise<OutputBundle | null> {
    return (await this.start().inspect(code, cursor)) as OutputBundle | null;
  }

  /** Stops the running cell; where code cannot be stopped, its process is ended and all variables are lost. */
  interrupt(): void {
    this.#isInterrupted = this.#isCompiling;
    const target = this.#process;
    if (target === null || !this.#isRunning) return;
    target.interrupt();
    this.#deadline ??= setTimeout(() => {
      this.#isStopped = true;
      target.kill();
    }, INTERRUPT_MS);
  }

  async close(): Promise<void> {
    await this.#process?.close();
  }

  async #compile(cell: CellToRun): Promise<CompiledCell | CellSyntaxError> {
    this.#isCompiling = true;
    this.#isInterrupted = false;
    try {
      return await this.#compiler.compile(cell);
    } catch (error) {
      if (error instanceof CellSyntaxError) return error;
      throw error;
    } finally {
      this.#isCompiling = false;
    }
  }

  async #run(cell: CompiledCell, onOutput: OnOutput): Promise<void> {
    const session = this.start();
    this.#isRunning = true;
    this.#isStopped = false;
    const isOk = await session.execute(cell, onOutput);
    this.#isRunning = false;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    if (isOk === null) onOutput(endFailure(await session.ended, this.#isStopped));
  }
}

function syntaxFailure(error: CellSyntaxError): CellFailure {
  const head = `\u001b[31mSyntaxError\u001b[39m: ${error.message}`;
  return { ...failureNamed("SyntaxError", error.message), traceback: [head, ...error.frame], line: error.line };
}

function endFailure({ code, signal }: SessionEnd, isStopped: boolean): CellFailure {
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`;
  const why = isStopped ? "it did not react to the interrupt" : `it ended with ${how}`;
  return failureNamed(
    "SessionEnded",
    `the process that ran the cells is gone: ${why}; all variables are lost, and the next cell starts a new process`,
  );
}

function failureNamed(name: string, message: string): CellFailure {
  return { type: "error", name, message, traceback: [`\u001b[31m${name}\u001b[39m: ${message}`], line: null };
}
