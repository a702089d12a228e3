import { environment } from "../config.ts";
import { commandNamed } from "./commands/index.ts";
import { decoratorIn } from "../../sdk/decorators/decorator-in.ts";
import { engineNamed } from "../engines/index.ts";
import { type EarlyWorker, startEarlyWorker } from "../engines/local/spawn-worker.ts";

/** Starts a worker at once if this command line will run tasks, so that it boots while the flow is read. */
export function earlyWorkerFor(argv: readonly string[]): EarlyWorker | null {
  const isRun = commandNamed(argv[0])?.executes === "tasks";
  // For the debugger a worker has to be started in another way.
  const isNotNeeded = argv.some((word) => ["--help", "-h", "--dry-run", "--inspect"].includes(word));
  // Nor is one where every step runs elsewhere.
  const isElsewhere = addedBy(argv).some((text) => engineNamed(decoratorIn(text)) !== null);
  return isRun && !isNotNeeded && !isElsewhere ? startEarlyWorker(environment()) : null;
}

/** What follows each `--with`. */
function addedBy(argv: readonly string[]): string[] {
  return argv.flatMap((word, at) => {
    if (word.startsWith("--with=")) return [word.slice("--with=".length)];
    return argv[at - 1] === "--with" ? [word] : [];
  });
}
