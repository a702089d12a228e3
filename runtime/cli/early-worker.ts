import { environment } from "../config.ts";
import { commandNamed } from "./commands/index.ts";
import { type EarlyWorker, startEarlyWorker } from "../engines/local/spawn-worker.ts";

/** Starts a worker at once if this command line will run tasks, so that it boots while the flow is read. */
export function earlyWorkerFor(argv: readonly string[]): EarlyWorker | null {
  const isRun = commandNamed(argv[0])?.executes === "tasks";
  // For the debugger a worker has to be started in another way.
  const isNotNeeded = argv.some((word) => ["--help", "-h", "--dry-run", "--inspect"].includes(word));
  // Nor is one where every step runs elsewhere.
  const isElsewhere = argv.some(
    (word, at) =>
      /^(--with=)?@?(docker|batch)\b/.test(word) &&
      ((at > 0 && argv[at - 1] === "--with") || word.startsWith("--with=")),
  );
  return isRun && !isNotNeeded && !isElsewhere ? startEarlyWorker(environment()) : null;
}
