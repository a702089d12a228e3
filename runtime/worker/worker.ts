import type { WorkerCommand } from "./messages.ts";
import { TaskProcess } from "./task-process.ts";

/** The program of a worker process: waits for commands of the scheduler that started it. */
const worker = new TaskProcess({
  send: (report) => process.send?.(report, undefined, {}, () => undefined),
  exit: (code) => process.exit(code),
});
process.on("message", (command) => worker.receive(command as WorkerCommand));
