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

/** Whether what a run stores has to survive a power cut: as the user says, else by `MILLRACE_DURABLE=1`. */
export function isDurable(given: boolean | undefined): boolean {
  return given ?? environment()["MILLRACE_DURABLE"] === "1";
}

/** Packages of `@env` steps, shared by all runs of this user. */
export function cacheFolder(): string {
  const given = environment()["MILLRACE_CACHE"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const base = environment()["XDG_CACHE_HOME"];
  return path.join(base !== undefined && base !== "" ? base : path.join(os.homedir(), ".cache"), "millrace");
}

/** What kernels of `millrace/gpu` run on: `MILLRACE_GPU_BACKEND` is `webgpu`, `webasm` or `cpu`; Dawn's own options are for tests. */
export function gpuSettings(): { backend: "webgpu" | "webasm" | "cpu" | null; webGpuOptions: readonly string[] } {
  const backend = environment()["MILLRACE_GPU_BACKEND"];
  const options = environment()["MILLRACE_WEBGPU_OPTIONS"] ?? "";
  return {
    backend: backend === "webgpu" || backend === "webasm" || backend === "cpu" ? backend : null,
    webGpuOptions: options.split(" ").filter((option) => option !== ""),
  };
}

/** Where S3 is, if not at AWS, as the SDK's own variables say it. */
export function s3Settings(): { endpoint: string | undefined; region: string | undefined; isPathStyle: boolean } {
  const set = (...names: string[]) =>
    names.map((name) => environment()[name]).find((value) => value !== undefined && value !== "");
  const endpoint = set("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
  return {
    endpoint,
    region: set("AWS_REGION", "AWS_DEFAULT_REGION"),
    // Services other than AWS seldom have a host name for each bucket.
    isPathStyle: (set("MILLRACE_S3_PATH_STYLE") ?? (endpoint === undefined ? "0" : "1")) === "1",
  };
}

/** How much of remote datastores is kept on this machine, in bytes; `MILLRACE_BLOB_CACHE_MB` sets it, 0 is none. */
export function blobCacheBytes(): number {
  const given = Number(environment()["MILLRACE_BLOB_CACHE_MB"] ?? "");
  const isSet = environment()["MILLRACE_BLOB_CACHE_MB"] !== undefined && Number.isFinite(given) && given >= 0;
  return (isSet ? given : DEFAULT_BLOB_CACHE_MB) * 1e6;
}

const DEFAULT_BLOB_CACHE_MB = 10_000;

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
