import process from "node:process";
import { Worker } from "node:worker_threads";

/**
 * Ends this process when the server is gone, even where the service's code blocks it and no event arrives: a thread looks
 * whose child the process is.
 */
export function endWithServer(): void {
  new Worker(LOOK, { eval: true, execArgv: [], workerData: process.ppid }).unref();
}

const LOOK = `
const { workerData: server } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid !== server) process.kill(process.pid, "SIGKILL");
}, 1000);
`;
