import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { cleanEnvironment } from "../environment.ts";

/** A server of the bench that answers. */
export interface Served {
  readonly address: string;
  /** The first of its processes. */
  readonly pid: number;
  /** From the start of its command to the moment in which it listens; of others, in which it has answered. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

const FLOWS = path.join(import.meta.dirname, "../flows");
const TSX = path.dirname(createRequire(import.meta.url).resolve("tsx/package.json"));
const AS_TSX = ["--require", path.join(TSX, "dist/preflight.cjs")];

/** `tsx FILE serve`, or `node FILE serve` where its build has made JavaScript of it; a process that the signal reaches itself. */
export async function served(
  file: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Readonly<NodeJS.ProcessEnv> } = {},
): Promise<Served> {
  const loader = pathToFileURL(path.join(TSX, "dist/loader.mjs")).href;
  const startedAt = performance.now();
  const reading = file.endsWith(".ts") ? [...AS_TSX, "--import", loader] : [];
  const command = [...reading, path.resolve(FLOWS, file), "serve", "--port", "0", "--json", ...args];
  const child = spawn(process.execPath, command, { env: cleanEnvironment(env), stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  let said = "";
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [, found] = /"address":"([^"]+)"/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`the service ended: ${said}`)));
  });
  return {
    address,
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
