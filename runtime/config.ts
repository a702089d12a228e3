import { readSettings, type Settings } from "./settings/read-settings.ts";
import type { Environment } from "./settings/environment.ts";

/** The one place that reads the environment. */
export function environment(): Environment {
  return process.env;
}

/** What is set around this process: front ends ask once, and pass it on. */
export function processSettings(): Settings {
  return readSettings(environment(), process.cwd());
}

/** What a container was handed over on stdin, where all look for it. */
export function setVariables(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}

/** True where the user sees a whole screen and can press keys. */
export function canDrawScreen(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && environment()["TERM"] !== "dumb";
}

/** False where a terminal cannot move its cursor. */
export function canDrawLive(): boolean {
  return process.stderr.isTTY && environment()["TERM"] !== "dumb";
}
