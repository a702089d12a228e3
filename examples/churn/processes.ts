import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MILLRACE = fileURLToPath(new URL("bin.js", import.meta.resolve("millrace")));

const BESIDE: StdioOptions = ["ignore", "pipe", "inherit"];

/** What runs beside this program. */
export interface Background {
  /** Resolves with the first line that fits. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands on one datastore. None of them outlives this program. */
export class Commands {
  readonly #datastore: string;

  constructor(datastore: string) {
    this.#datastore = datastore;
  }

  /** `millrace ARGS`, to its end. */
  async millrace(...args: string[]): Promise<Ended> {
    const child = this.#start([MILLRACE, ...args], "pipe");
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout: stdout.trimEnd(), stderr };
  }

  /** `millrace ARGS`, in the background. */
  begin(...args: string[]): Background {
    return background(this.#start([MILLRACE, ...args], BESIDE));
  }

  /** `tsx FILE ARGS`, in the background: with the flags of this program, which make Node read TypeScript. */
  beginFile(name: string, ...args: string[]): Background {
    return background(this.#start([...process.execArgv, fileOf(name), ...args], BESIDE));
  }

  #start(args: readonly string[], stdio: StdioOptions): ChildProcess {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, MILLRACE_DATASTORE: this.#datastore },
      stdio,
    });
    const end = () => void child.kill("SIGTERM");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    return child;
  }
}

export function fileOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function background(child: ChildProcess): Background {
  const ended = once(child, "exit") as Promise<[number | null]>;
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  return {
    line(fits) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(([code]) => reject(new Error(`it ended with ${code ?? "a signal"}:\n${lines.join("\n")}`)));
      });
    },
    async stop() {
      child.kill("SIGTERM");
      const [code] = await ended;
      return code;
    },
  };
}
