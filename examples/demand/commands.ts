import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MILLRACE = fileURLToPath(new URL("bin.js", import.meta.resolve("millrace")));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server that listens. */
export interface Listening {
  readonly address: string;
  /** SIGTERM, and its exit code: by then what it logged is stored. */
  stop(): Promise<number | null>;
}

/** Commands on one datastore. None of them outlives this program. */
export class Commands {
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = { ...process.env, ...env };
  }

  /** `millrace ARGS`, to its end. */
  millrace(...args: string[]): Promise<Ended> {
    return ended(this.#start([MILLRACE, ...args]));
  }

  /** `tsx FILE ARGS`, to its end: with the flags of this program, which make Node read TypeScript. */
  file(name: string, ...args: string[]): Promise<Ended> {
    return ended(this.#start([...process.execArgv, fileOf(name), ...args]));
  }

  /** `tsx FILE serve ARGS`, once it listens. */
  async serve(name: string, ...args: string[]): Promise<Listening> {
    const child = this.#start([...process.execArgv, fileOf(name), "serve", "--json", ...args]);
    const over = ended(child);
    const stop = async () => {
      child.kill("SIGTERM");
      return (await over).code;
    };
    if (child.stdout !== null)
      for await (const line of createInterface({ input: child.stdout })) {
        const { type, address } = JSON.parse(line) as { readonly type: string; readonly address?: string };
        if (type === "listening" && address !== undefined) return { address, stop };
      }
    throw new Error(`${name} does not serve: ${(await over).stderr}`);
  }

  #start(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, args, { env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => void child.kill("SIGTERM");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    return child;
  }
}

export function fileOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}
