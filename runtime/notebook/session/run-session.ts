import { setImmediate } from "node:timers";
import type { ToSession } from "../front/protocol.ts";
import { CellRunner } from "./cell-runner.ts";
import { installCellScope } from "./cell-scope.ts";
import type { CellPlace } from "./cell-stacks.ts";
import { Channel } from "./channel.ts";
import { complete } from "./complete.ts";
import { displayFunction } from "./display-function.ts";
import { CellStopped } from "./failure-of.ts";
import { inspectCode } from "./inspect-code.ts";
import { endProcess, UNWOUND, watchForInterrupts } from "./interrupt-watch.ts";
import { quietPromises } from "./quiet-promises.ts";
import { replaceStreams } from "./replace-streams.ts";

export interface SessionOptions {
  /** The notebook's folder. */
  readonly folder: string;
  /** Announces messages, see {@link Channel}. */
  readonly mark: string;
}

/** The process that runs a notebook's cells; it ends when the front does. */
export function runSession({ folder, mark }: SessionOptions): void {
  const channel = new Channel({ mark });
  const runner = new CellRunner({ folder, send: (message) => channel.send(message) });
  replaceStreams((name, text) => runner.output({ type: "stream", name, text }));
  quietPromises();
  installCellScope(folder);
  Object.defineProperty(globalThis, "display", { value: displayFunction(runner), writable: true, configurable: true });

  let stoppedAt: CellPlace[] = [];
  const interrupt = (count: number) => {
    watch.acknowledge(count);
    runner.interrupt(stoppedAt);
  };
  const watch = watchForInterrupts({
    isBusy: () => channel.isSending,
    onDrop: (frames, count) => {
      const places = frames.flatMap(([file, line, column]) => runner.stacks.placeIn(file, { line, column }) ?? []);
      if (places.length > 0) stoppedAt = places;
      // The message that asks for it may be what was dropped.
      setImmediate(() => interrupt(count));
    },
  });
  const exit = replaceExit();
  catchEscaped(runner);

  process.on("message", (message: ToSession) => {
    switch (message.type) {
      case "execute":
        stoppedAt = [];
        return void runner.run(message.id, message.cell);
      case "interrupt":
        return interrupt(message.count);
      case "close":
        return exit(0);
      case "complete": {
        const { id, code, cursor } = message;
        return channel.send({ type: "answer", id, value: complete(code, { cursor, folder }) });
      }
      case "inspect": {
        const { id, code, cursor } = message;
        return channel.send({ type: "answer", id, value: inspectCode(code, { cursor }) });
      }
    }
  });
  // The front is gone. Not by exit(): Node waits for its threads then, at times for ever, and nobody would end it.
  process.on("disconnect", endProcess);
  // Ctrl-C in a terminal is for the front.
  process.on("SIGINT", () => undefined);
  channel.send({ type: "ready" });
}

/** A cell that ends the process would take the session with it: it ends the cell. */
function replaceExit(): (code: number) => never {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    const shown = code === undefined ? "" : String(code);
    throw new CellStopped("ProcessExit", `process.exit(${shown}) was called; the session and its variables stay`);
  };
  return exit;
}

function catchEscaped(runner: CellRunner): void {
  process.setUncaughtExceptionCaptureCallback((error: unknown) => {
    if (error === UNWOUND) return;
    // Handlers of the user's own still count.
    const [listeners, origin] = [process.listeners("uncaughtException"), "uncaughtException" as const];
    for (const listener of listeners) listener(error as Error, origin);
    if (listeners.length === 0) runner.escaped(error);
  });
  process.on("unhandledRejection", (reason) => runner.escaped(reason));
}
