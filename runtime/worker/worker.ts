import type { WorkerCommand } from "./messages.ts";
import { replaceOutputs } from "./output-streams.ts";
import { TaskProcess } from "./task-process.ts";

/** The program of a worker process: waits for commands of the scheduler that started it. */
replaceOutputs();
const { channel } = process;
const send = process.send?.bind(process);
const worker = new TaskProcess({
  send: (report) => send?.(report, undefined, {}, () => undefined),
  exit: (code) => process.exit(code),
  keepAlive: (isOn) => (isOn ? channel?.ref() : channel?.unref()),
});
// The channel is ours: a library that sees one would talk to the scheduler.
Object.assign(process, { send: undefined });
// What a task forks would take these over, and wait for a debugger that nobody attaches.
process.execArgv = process.execArgv.filter((option) => !option.startsWith("--inspect"));
process.on("message", (command) => worker.receive(command as WorkerCommand));
