import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { expect, vi } from "vitest";
import { Screen } from "./screen.ts";
import { type StartedCommand, startMillrace, type StartOptions } from "./started-command.ts";

/** `millrace top` in a pseudo-terminal, and what is to be seen there. */
export interface StartedTop extends StartedCommand {
  /** What the screen shows now. */
  screen(): Screen;
  press(keys: string): void;
  /** Waits until that stands on the screen. */
  shows(wanted: string | RegExp): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Of the program itself, not of what made its terminal. */
  pid(): number;
}

export function startTop(options: StartOptions): StartedTop {
  const command = startMillrace(["top"], {
    ...options,
    isTerminal: true,
    // Whatever the tests themselves run in.
    env: { NO_COLOR: "", ...options.env },
  });
  const sizes: { at: number; columns: number; rows: number }[] = [{ at: 0, columns: 80, rows: 24 }];
  const screen = () => {
    const [first] = sizes;
    const seen = new Screen(first?.columns ?? 80, first?.rows ?? 24);
    const text = command.text();
    for (const [index, { at, columns, rows }] of sizes.entries()) {
      if (index > 0) seen.resize(columns, rows);
      seen.write(text.slice(at, sizes[index + 1]?.at));
    }
    return seen;
  };
  const pid = () => {
    const [child = ""] = fs
      .readFileSync(`/proc/${command.child.pid}/task/${command.child.pid}/children`, "utf8")
      .split(" ");
    return Number(child);
  };
  return {
    ...command,
    screen,
    pid,
    press: (keys) => void command.child.stdin?.write(keys),
    async shows(wanted) {
      const seen = () => screen().text;
      const isShown = () => (typeof wanted === "string" ? seen().includes(wanted) : wanted.test(seen()));
      // Vitest's own message cuts the screen after forty characters.
      await vi.waitFor(() => expect(isShown(), `${String(wanted)} is not on the screen:\n${seen()}`).toBe(true), {
        timeout: 15_000,
        interval: 50,
      });
    },
    resize(columns, rows) {
      sizes.push({ at: command.text().length, columns, rows });
      const terminal = fs.readlinkSync(`/proc/${pid()}/fd/0`);
      execFileSync("stty", ["-F", terminal, "rows", String(rows), "cols", String(columns)]);
    },
  };
}
