import os from "node:os";
import path from "node:path";
import type { Environment } from "./environment.ts";
import { userPath } from "./user-path.ts";

/** Where Jupyter and the editors look for a user's kernels, as `jupyter --paths` says. */
export function jupyterDataFolder(env: Environment): string {
  const given = env["JUPYTER_DATA_DIR"];
  if (given !== undefined && given !== "") return userPath(given);
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Jupyter");
  if (process.platform === "win32") {
    return path.join(env["APPDATA"] ?? path.join(os.homedir(), "AppData", "Roaming"), "jupyter");
  }
  const base = env["XDG_DATA_HOME"];
  return path.join(base !== undefined && base !== "" ? base : path.join(os.homedir(), ".local", "share"), "jupyter");
}
