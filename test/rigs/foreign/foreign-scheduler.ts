import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Frame, FrameStep } from "../../../runtime/deploy/frames/frame.ts";
import { TASK_VARIABLES } from "../../../runtime/deploy/deployed-task.ts";
import { MILLRACE } from "../harness.ts";

/** A process that the scheduler has started for a task. */
export interface ForeignStart {
  readonly step: string;
  readonly at: readonly number[];
  /** Of the scheduler: how often it has started this task in a row. */
  readonly attempt: number;
  /** What it tells beside the step: `conclude`, `finish`. */
  readonly told: string;
}

export interface ForeignEnd extends ForeignStart {
  readonly code: number | null;
  readonly output: string;
}

export interface ForeignOptions {
  readonly frame: Frame;
  /** `NAME/VERSION`. */
  readonly deployment: string;
  readonly datastore: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** JSON that the first task is told. */
  readonly trigger?: object;
  /** Processes at once. @defaultValue 3 */
  readonly limit?: number;
  /** Starts another process beside that of a task. */
  readonly isTwice?: (start: ForeignStart) => boolean;
}

export interface ForeignRun {
  readonly status: "succeeded" | "failed";
  readonly ends: readonly ForeignEnd[];
}

/**
 * A scheduler that knows nothing of runs: it walks a flow's frames, starts a process for each task, tries again as often as
 * the step says, and goes where the files lead that tasks write. Targets of deployments do the same in their own words.
 */
export class ForeignScheduler {
  readonly #options: ForeignOptions;
  readonly #fire = randomBytes(6).toString("hex");
  readonly #folder: string;
  readonly #ends: ForeignEnd[] = [];
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #isFailed = false;

  constructor(options: ForeignOptions) {
    this.#options = options;
    this.#free = options.limit ?? 3;
    this.#folder = path.join(options.cwd, "told");
    fs.mkdirSync(this.#folder, { recursive: true });
  }

  /** A whole execution; its exit handler is called, however it ends. */
  async run(): Promise<ForeignRun> {
    let status: ForeignRun["status"] = "succeeded";
    try {
      await this.#walk(this.#options.frame, []);
    } catch (error) {
      if (!(error instanceof TaskFailed)) throw error;
      status = "failed";
    }
    await this.#process({ step: "", at: [], attempt: 0, told: status }, { [TASK_VARIABLES.finish]: status });
    return { status, ends: this.#ends };
  }

  async #walk(frame: Frame, at: readonly number[]): Promise<void> {
    for (let step: string | null = frame.entry; step !== null;) {
      const one = frame.steps.find((other) => other.step === step);
      if (one === undefined) throw new Error(`the frame has no step ${step}`);
      const told = await this.#task(one, at);
      const { goes } = one;
      if (goes.kind === "end" || goes.kind === "arrive") return;
      if (goes.kind === "to") step = goes.step;
      else if (goes.kind === "switch") step = goes.cases[told.case] ?? null;
      else {
        const { bodies } = goes;
        const size = goes.split === "branch" ? bodies.length : told.items.length;
        const walks = Array.from({ length: size }, (_, index) =>
          this.#walk(bodies[index] ?? bodies[0]!, [...at, index]),
        );
        const failed = (await Promise.allSettled(walks)).find((walk) => walk.status === "rejected");
        if (failed !== undefined) throw failed.reason;
        step = goes.join;
      }
    }
  }

  async #task({ step, node }: FrameStep, at: readonly number[]): Promise<Told> {
    const { retry, catchAs } = node.settings;
    const name = path.join(this.#folder, `${step}-${at.join(".")}-${randomBytes(4).toString("hex")}`);
    const env = {
      [TASK_VARIABLES.step]: step,
      [TASK_VARIABLES.at]: at.join("."),
      [TASK_VARIABLES.tellItems]: `${name}.items`,
      [TASK_VARIABLES.tellCase]: `${name}.case`,
    };
    for (let attempt = 0; attempt <= (retry?.times ?? 0); attempt += 1) {
      // What does not depend on a failed task is not started either: as most of them do.
      if (this.#isFailed) throw new TaskFailed(step);
      if ((await this.#process({ step, at, attempt, told: "" }, env)) === 0) return toldIn(name);
    }
    if (catchAs !== undefined) {
      const concluding = { ...env, [TASK_VARIABLES.conclude]: "1" };
      if ((await this.#process({ step, at, attempt: 0, told: "conclude" }, concluding)) === 0) return toldIn(name);
    }
    this.#isFailed = true;
    throw new TaskFailed(step);
  }

  async #process(start: ForeignStart, env: Readonly<Record<string, string>>): Promise<number | null> {
    await this.#place();
    try {
      const isTwice = this.#options.isTwice?.(start) === true;
      const codes = await Promise.all([this.#spawned(start, env), isTwice ? this.#spawned(start, env) : null]);
      return codes[0];
    } finally {
      this.#free += 1;
      this.#waiting.shift()?.();
    }
  }

  #spawned(start: ForeignStart, env: Readonly<Record<string, string>>): Promise<number | null> {
    const { deployment, datastore, cwd, trigger } = this.#options;
    const child = spawn(process.execPath, [MILLRACE, "step", "--datastore", datastore], {
      cwd,
      env: {
        ...process.env,
        ...this.#options.env,
        ...env,
        [TASK_VARIABLES.deployment]: deployment,
        [TASK_VARIABLES.fire]: this.#fire,
        ...(trigger === undefined ? {} : { [TASK_VARIABLES.trigger]: JSON.stringify(trigger) }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        this.#ends.push({ ...start, code, output });
        resolve(code);
      });
    });
  }

  async #place(): Promise<void> {
    while (this.#free <= 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
  }
}

class TaskFailed extends Error {}

interface Told {
  readonly items: readonly number[];
  readonly case: string;
}

function toldIn(name: string): Told {
  const read = (kind: string) => (fs.existsSync(`${name}.${kind}`) ? fs.readFileSync(`${name}.${kind}`, "utf8") : null);
  return { items: JSON.parse(read("items") ?? "[]") as number[], case: read("case") ?? "" };
}
