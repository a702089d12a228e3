import { environment } from "../config.ts";
import { type EarlyWorker, startEarlyWorker } from "../compute/local/spawn-worker.ts";

/** Starts a worker at once if this command line will run tasks, so that it boots while the flow is read. */
export function earlyWorkerFor(argv: readonly string[]): EarlyWorker | null {
  const isRun = argv[0] === "run" || argv[0] === "resume";
  const isOnlyTold = argv.some((word) => word === "--help" || word === "-h" || word === "--dry-run");
  return isRun && !isOnlyTold ? startEarlyWorker(environment()) : null;
}
