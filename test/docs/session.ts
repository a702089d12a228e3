import { spawn } from "node:child_process";
import { expect } from "vitest";
import { MILLRACE, TSX } from "../rigs/harness.ts";
import type { Fence } from "./pages.ts";

/** A command in a block `console`, and what the page says it prints. */
export interface Session {
  readonly command: string;
  readonly output: string;
}

/** The commands of these blocks, in their order. */
export function sessionsOf(fences: readonly Fence[]): Session[] {
  return fences
    .filter(({ language }) => language === "console")
    .flatMap(({ code }) => code.split(/^\$ /m).slice(1))
    .map((part) => {
      const [command = "", ...lines] = part.trimEnd().split("\n");
      return { command, output: lines.join("\n") };
    });
}

/** Runs the commands one after the other, and fails the test where one prints something else. */
export async function playSessions(
  sessions: readonly Session[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<void> {
  for (const { command, output } of sessions) {
    const seen = await shell(command, options);
    expect(comparable(seen), `$ ${command}\n${seen}`).toMatch(patternOf(output));
  }
}

/** What a command prints. `npx` finds the programs of this repository. */
export function shell(
  command: string,
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  const npx = `npx() { case $1 in tsx) shift; node ${TSX} "$@";; millrace) shift; node ${MILLRACE} "$@";; esac; }`;
  const child = spawn("bash", ["-c", `${npx}\nexec 2>&1\n${command}`], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.on("error", reject).on("close", () => resolve(text));
  });
}

/** What differs from run to run is left out: ids, times, what only a slow machine says, and the width of columns. */
function comparable(text: string): string {
  return text
    .replaceAll(/^ +slowest steps: .*\n/gm, "")
    .replaceAll(/\d{8}-\d{9}-\w{5}/g, "RUN")
    .replaceAll(/\d+(\.\d+)? (ms|s|min)\b/g, "TIME")
    .replaceAll(/\d+(\.\d+)? [kMG]?B\b/g, "SIZE")
    .replaceAll(/ +/g, " ")
    .replaceAll(/ $/gm, "")
    .trimEnd()
    .concat("\n");
}

/** A line of `…` stands for any lines, one inside a line for any text. */
function patternOf(output: string): RegExp {
  const lines = comparable(output)
    .trimEnd()
    .split("\n")
    .map((line) =>
      line === "…" ? "(?:.*\n)*" : `${line.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&").replaceAll("…", ".*")}\n`,
    );
  return new RegExp(`^${lines.join("")}$`);
}
