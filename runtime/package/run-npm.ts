import { spawn } from "node:child_process";
import { environment } from "../config.ts";
import { spawnRefusal } from "../text/spawn-refusal.ts";

/** Why npm did not do what it was asked for. */
export interface NpmFailure {
  /** Goes on from "Cannot … because". */
  readonly because: string;
  /** All that it printed. */
  readonly said: string;
  /** How to mend it, where that is known. */
  readonly hint: string | null;
}

const IS_WINDOWS = process.platform === "win32";

/** Runs npm to its end; null if all went well. */
export async function runNpm(args: readonly string[], folder: string): Promise<NpmFailure | null> {
  let said = "";
  try {
    const child = spawn(IS_WINDOWS ? "npm.cmd" : "npm", args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      shell: IS_WINDOWS,
    });
    // Without descriptors left there are no pipes.
    for (const stream of [child.stdout, child.stderr] as const)
      (stream as typeof stream | null | undefined)?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    return code === 0 ? null : { because: `npm refused: it exited with code ${String(code)}`, said, hint: null };
  } catch (error) {
    const { because, hint } = spawnRefusal(error as Error, { env: environment(), program: "npm", cwd: folder });
    return { because: `npm could not be started: ${because}`, said, hint };
  }
}
