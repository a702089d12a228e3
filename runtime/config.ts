import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** The one place that reads the environment. */
export function environment(): Readonly<NodeJS.ProcessEnv> {
  return process.env;
}

/** False where a terminal cannot move its cursor. */
export function canDrawLive(): boolean {
  return process.stderr.isTTY && environment()["TERM"] !== "dumb";
}

/** Given on the command line, else `MILLRACE_DATASTORE`, else the nearest `.millrace` upward, else one here. */
export function datastoreLocation(given: string | undefined, from: string): string {
  const named = given ?? environment()["MILLRACE_DATASTORE"];
  if (named !== undefined && named !== "") return named.includes("://") ? named : path.resolve(from, named);
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, ".millrace");
    if (fs.existsSync(candidate)) return candidate;
    if (folder === path.dirname(folder)) return path.join(from, ".millrace");
  }
}

/** Packages of `@env` steps, shared by all runs of this user. */
export function cacheFolder(): string {
  const given = environment()["MILLRACE_CACHE"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const base = environment()["XDG_CACHE_HOME"];
  return path.join(base !== undefined && base !== "" ? base : path.join(os.homedir(), ".cache"), "millrace");
}

export function username(): string {
  const given = environment()["MILLRACE_USER"];
  if (given !== undefined && given !== "") return given;
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? "unknown");
  }
}

/** Where Jupyter and the editors look for a user's kernels, as `jupyter --paths` says. */
export function jupyterDataFolder(): string {
  const given = environment()["JUPYTER_DATA_DIR"];
  if (given !== undefined && given !== "") return path.resolve(given);
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Jupyter");
  if (process.platform === "win32") {
    return path.join(environment()["APPDATA"] ?? path.join(os.homedir(), "AppData", "Roaming"), "jupyter");
  }
  const base = environment()["XDG_DATA_HOME"];
  return path.join(base !== undefined && base !== "" ? base : path.join(os.homedir(), ".local", "share"), "jupyter");
}
