import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { onTestFinished } from "vitest";
import type { SchedulerNews } from "../../../runtime/deploy/local/scheduler-news.ts";
import { MILLRACE } from "../../rigs/harness.ts";

const WITHIN_MS = 150_000;

/** A `millrace scheduler` that runs until the test is over. */
export class StartedScheduler {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly news: SchedulerNews[] = [];
  stderr = "";
  #rest = "";

  constructor(of: {
    datastore: string;
    cwd: string;
    args?: readonly string[];
    env?: Readonly<Record<string, string>>;
  }) {
    const argv = [MILLRACE, "scheduler", "--json", "--datastore", of.datastore, ...(of.args ?? [])];
    const env = { ...process.env, ...of.env };
    this.child = spawn(process.execPath, argv, { cwd: of.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => this.child.once("exit", (code, signal) => resolve({ code, signal })));
    onTestFinished(async () => {
      this.child.kill("SIGKILL");
      await this.ended;
      this.killDrivers();
    });
  }

  /** The news of that type so far. */
  of<Type extends SchedulerNews["type"]>(type: Type): Extract<SchedulerNews, { type: Type }>[] {
    return this.news.filter((one): one is Extract<SchedulerNews, { type: Type }> => one.type === type);
  }

  /** Waits until so many news of a type have come. */
  async count<Type extends SchedulerNews["type"]>(
    type: Type,
    count: number,
  ): Promise<Extract<SchedulerNews, { type: Type }>[]> {
    await until(
      () => this.of(type).length >= count,
      () => `${type} ${count} times:\n${this.news.map((one) => JSON.stringify(one)).join("\n")}\n${this.stderr}`,
    );
    return this.of(type);
  }

  /** What it has started may outlive it. */
  killDrivers(): void {
    const over = new Set(this.of("ended").map(({ run }) => run));
    for (const { pid, run } of this.of("started")) {
      if (pid <= 0 || over.has(run)) continue;
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) this.news.push(JSON.parse(line) as SchedulerNews);
  }
}

/** Looks until it is so. */
export async function until(isSo: () => boolean, wanted: () => string, withinMs = WITHIN_MS): Promise<void> {
  const began = Date.now();
  while (!isSo()) {
    if (Date.now() - began > withinMs) throw new Error(`waited for ${wanted()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
