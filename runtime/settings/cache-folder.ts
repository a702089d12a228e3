import os from "node:os";
import path from "node:path";
import type { Environment } from "./environment.ts";
import { userPath } from "./user-path.ts";

/** Packages of `@env` steps, shared by all runs of this user. */
export function cacheFolder(env: Environment): string {
  const given = env["MILLRACE_CACHE"];
  if (given !== undefined && given !== "") return userPath(given);
  const base = env["XDG_CACHE_HOME"];
  return path.join(base !== undefined && base !== "" ? userPath(base) : path.join(os.homedir(), ".cache"), "millrace");
}
