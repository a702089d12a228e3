import "./own-outputs.ts";
import { TaskProcess } from "./task-process.ts";
import { WorkerChannel } from "./worker-channel.ts";

/** The program of a worker process: waits for commands of the scheduler that started it. */
// What a task forks would take these over, and wait for a debugger that nobody attaches.
process.execArgv = process.execArgv.filter((option) => !option.startsWith("--inspect"));
const channel: WorkerChannel = new WorkerChannel({
  onCommand: (command) => worker.receive(command),
  onLost: () => worker.lost(),
});
const worker = new TaskProcess({
  send: (...reports) => channel.send(...reports),
  keepAlive: (isOn) => channel.keepAlive(isOn),
});
