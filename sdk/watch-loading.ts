import { readFileSync } from "node:fs";
import { loadCli } from "../runtime/cli/load-cli.ts";
import { isMillraceError } from "./base/millrace-error.ts";
import { realPath } from "./base/is-entry-point.ts";

/** Millrace's own programs tell their errors themselves. */
const OWN_PROGRAM = /[\\/]dist[\\/](bin|worker|service-worker|container|notebook-session)\.js$/;

/**
 * A file that is started as a program and throws while it is loaded never comes to call `main` or `serve`: then its mistake
 * is told here, as the command line tells mistakes. All other errors, and other programs, are left to Node. Every entry that
 * a flow or a service is declared with calls it; of several copies one tells.
 */
export function watchLoading(): void {
  const [, entry = "", command = ""] = process.argv;
  const onError = (error: unknown) => {
    const isForeign = process.listenerCount("uncaughtException") > 0 || OWN_PROGRAM.test(realPath(entry) ?? "");
    const declares = isForeign ? null : declaredBy(entry, command);
    if (isForeign || !(isMillraceError(error) || declares !== null)) return;
    const told = { argv: process.argv.slice(2), declares: declares ?? "flow" };
    process.once("uncaughtException", () => void loadCli().reportLoadFailure(error, told));
  };
  process.on("uncaughtExceptionMonitor", onError);
  // What is thrown later was not thrown by the loading of modules.
  setImmediate(() => process.off("uncaughtExceptionMonitor", onError));
}

/** Compiled or not, a flow file says `main(Flow)` somewhere, and one of a service `serve(Service)`. */
function declaredBy(file: string, command: string): "flow" | "service" | null {
  try {
    const text = readFileSync(file, "utf8");
    if (/\bmain\b.{0,4}\(/.test(text) && loadCli().isFlowCommand(command)) return "flow";
    return /\bserve\b.{0,4}\(/.test(text) && loadCli().isServiceCommand(command) ? "service" : null;
  } catch {
    return null;
  }
}
