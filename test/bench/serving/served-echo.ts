import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { cleanEnvironment } from "../environment.ts";

/** A service of the bench that answers. */
export interface ServedEcho {
  readonly address: string;
  /** From the start of its command to the moment in which it listens. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

const SERVICE = path.join(import.meta.dirname, "../flows/echo-service.ts");
const TSX = path.dirname(createRequire(import.meta.url).resolve("tsx/package.json"));
const AS_TSX = ["--require", path.join(TSX, "dist/preflight.cjs")];

/** `tsx echo-service.ts serve`, as a process that the signal reaches itself. */
export async function servedEcho(args: readonly string[], env: Readonly<NodeJS.ProcessEnv> = {}): Promise<ServedEcho> {
  const loader = pathToFileURL(path.join(TSX, "dist/loader.mjs")).href;
  const startedAt = performance.now();
  const command = [...AS_TSX, "--import", loader, SERVICE, "serve", "--port", "0", "--json", ...args];
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
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
