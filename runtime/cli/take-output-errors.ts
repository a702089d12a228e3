import process from "node:process";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { commandNamed } from "./commands/index.ts";
import { reportError } from "./report-error.ts";
import { consoleOutput } from "./output.ts";
import { isTerminalGone } from "./is-terminal-gone.ts";

/** True for a command line that executes something, which goes on whether or not anybody can watch. */
export function isRunning(argv: readonly string[]): boolean {
  return argv.slice(0, 2).some((word) => commandNamed(word)?.executes !== undefined);
}

/**
 * Takes the errors of stdout and stderr: a terminal that was closed, a pipe that nobody reads any more, a full disk. A
 * run goes on, as its journal has all of it. A command that only answers ends, in silence if nobody wants the answer.
 */
export function takeOutputErrors({ isRunning }: { isRunning: boolean }): void {
  if (isRunning) outliveTerminal();
  const failed = new Set<string>();
  for (const name of ["stdout", "stderr"] as const) {
    process[name].on("error", (error: NodeJS.ErrnoException) => {
      const isFirst = !failed.has(name);
      failed.add(name);
      if (isRunning) {
        if (isFirst && failed.size === 1 && error.code !== "EPIPE") noteLoss(name, error);
      } else if (name === "stderr") {
        if (error.code !== "EPIPE") process.exitCode = 1;
      } else if (error.code === "EPIPE") process.exit();
      else if (isFirst) endWithout(error);
    });
  }
}

/** From the start on, and also while nobody else listens to the signal. */
function outliveTerminal(): void {
  const hungUp = () => {
    if (isTerminalGone() || process.listenerCount("SIGHUP") > 1) return;
    process.off("SIGHUP", hungUp);
    process.kill(process.pid, "SIGHUP");
  };
  process.on("SIGHUP", hungUp);
}

function noteLoss(name: "stdout" | "stderr", { code = "an error" }: NodeJS.ErrnoException): void {
  const { note, print } = consoleOutput({ isJson: false });
  // stdout may be for JSON alone.
  if (name === "stdout") note(`warning: stdout can no longer be written (${code}); the run goes on`);
  else if (!process.argv.includes("--json"))
    print(`warning: stderr can no longer be written (${code}); the run goes on`);
}

function endWithout(cause: NodeJS.ErrnoException): void {
  const error = new MillraceError({
    code: "MILLRACE_OUTPUT",
    headline: `Cannot give the whole answer because stdout cannot be written: ${cause.code ?? cause.message}`,
    hint: "write the output somewhere else; the command itself worked",
    cause,
  });
  reportError(error, { isJson: false });
  process.exit(1);
}
