import { spawn } from "node:child_process";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** A whole command and what makes a run of it count. */
export interface Command {
  readonly args: readonly string[];
  /** The program; Node when not given. */
  readonly program?: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly expects: Expectation;
}

/** What the command must end with: one that failed must not pass for a fast one. */
export interface Expectation {
  readonly exitCode: number;
  /** Must be in stdout or stderr. */
  readonly prints?: RegExp;
}

const TAIL_LINES = 15;

/**
 * Runs a command from its start until it has ended and everything it printed has arrived.
 *
 * @returns the wall time in milliseconds
 * @throws when the command does not end as expected, with the end of its output
 */
export async function timeCommand(command: Command): Promise<number> {
  const startedMs = performance.now();
  const { exitCode, output } = await finished(command);
  const wallMs = performance.now() - startedMs;
  const problem = unexpected(command.expects, { exitCode, output });
  if (problem === null) return wallMs;
  throw new MillraceError({
    code: "MILLRACE_TEST",
    headline: `Cannot count a run because it ${problem}: ${commandLine(command)}`,
    details: output.trimEnd().split("\n").slice(-TAIL_LINES),
  });
}

function finished(command: Command): Promise<{ exitCode: number | string; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program ?? process.execPath, command.args, {
      env: command.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ exitCode: code ?? signal ?? "nothing", output: Buffer.concat(chunks).toString() });
    });
  });
}

function unexpected(expects: Expectation, seen: { exitCode: number | string; output: string }): string | null {
  if (seen.exitCode !== expects.exitCode) {
    return `ended with ${seen.exitCode} instead of ${expects.exitCode}`;
  }
  if (expects.prints === undefined || expects.prints.test(seen.output)) return null;
  return `did not print ${String(expects.prints)}`;
}

function commandLine(command: Command): string {
  return [command.program ?? "node", ...command.args].join(" ");
}
