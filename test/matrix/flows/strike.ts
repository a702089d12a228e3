import { existsSync, writeFileSync } from "node:fs";

/** A blow for one task: its step and the indices of the foreaches around it, and how it ends. */
export interface Blow {
  readonly at: string;
  readonly how: "throw" | "kill" | "exit";
}

/** Ends the first attempt of the tasks that the variable BLOWS names; every other one goes on. */
export function strike(step: string, stack: readonly { readonly index: number }[]): void {
  const blows = JSON.parse(process.env["BLOWS"] ?? "[]") as Blow[];
  const at = [step, ...stack.map(({ index }) => index)].join("-");
  const blow = blows.find((one) => one.at === at);
  const mark = `${process.env["MARKS"] ?? ""}.${at}`;
  if (blow === undefined || existsSync(mark)) return;
  writeFileSync(mark, "");
  if (blow.how === "throw") throw new Error(`${at} was struck`);
  if (blow.how === "exit") process.exit(3);
  process.kill(process.pid, "SIGKILL");
  for (;;);
}
