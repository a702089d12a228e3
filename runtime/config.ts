import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MillraceError } from "../sdk/base/millrace-error.ts";
import { INCLUDE, PROJECT_FILE, type ProjectSettings, readProjectFile } from "./settings/project-file.ts";
import { checkTrust, type TrustOptions } from "./settings/check-trust.ts";
import { foldersUpward } from "./settings/folders-upward.ts";
import { userPath } from "./settings/user-path.ts";

export type Environment = Readonly<NodeJS.ProcessEnv>;

/** The one place that reads the environment. */
export function environment(): Environment {
  return process.env;
}

/** What a container was handed over on stdin, where all look for it. */
export function setVariables(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}

/** False where a terminal cannot move its cursor. */
export function canDrawLive(): boolean {
  return process.stderr.isTTY && environment()["TERM"] !== "dumb";
}

export { PROJECT_FILE, type ProjectSettings };

/**
 * The nearest `millrace.config.json` upward, or null.
 * @param engineKeys - those of its keys that are settings of engines: they are checked and given as well
 */
export function projectSettings(from: string, engineKeys?: readonly string[]): ProjectSettings | null {
  const file = foundUpward(PROJECT_FILE, {
    from,
    what: "the settings",
    otherwise: "remove it, or start from a folder of your own",
  });
  return file === null ? null : readProjectFile(file, engineKeys);
}

/** The nearest of that name upward, within the project's bounds, if nobody else has a hand in it. */
function foundUpward(
  name: string,
  { from, ...words }: Pick<TrustOptions, "what" | "otherwise"> & { from: string },
): string | null {
  const found = foldersUpward(from)
    .map((folder) => path.join(folder, name))
    .find(isThere);
  if (found === undefined) return null;
  const [trusted, sudoUid, program] = [environment()["MILLRACE_TRUST"], environment()["SUDO_UID"], process.argv[1]];
  checkTrust(found, { ...words, trusted, sudoUid, program });
  return found;
}

/** Also a link that leads nowhere: it is not for us to put something at its end. */
function isThere(place: string): boolean {
  try {
    return fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A setting that is a variable, and a key of `millrace.config.json`. */
export interface NamedSetting {
  readonly variable: string;
  readonly key: string;
}

/** Image of containers where nothing else names one. */
export function imageSetting(from: string = process.cwd()): string | null {
  return setting({ variable: "MILLRACE_IMAGE", key: "image" }, projectSettings(from));
}

/** What is said of an engine: the environment's word, else that of `millrace.config.json`; null for what nothing says. */
export function engineSettings<Name extends string>(
  table: Readonly<Record<Name, NamedSetting>>,
  from: string = process.cwd(),
): Record<Name, string | null> {
  const rows = Object.entries<NamedSetting>(table);
  const project = projectSettings(
    from,
    rows.map(([, { key }]) => key),
  );
  return Object.fromEntries(rows.map(([name, row]) => [name, setting(row, project)])) as Record<Name, string | null>;
}

function setting({ variable, key }: NamedSetting, project: ProjectSettings | null): string | null {
  const given = environment()[variable];
  return given !== undefined && given !== "" ? given : (project?.settings[key] ?? null);
}

/** Patterns of files that go along to wherever tasks run, relative to the project's root, as `millrace.config.json` says. */
export function includedPatterns(root: string): readonly string[] {
  return (projectSettings(root)?.content[INCLUDE] ?? []) as readonly string[];
}

/**
 * Given on the command line, else `MILLRACE_DATASTORE`, else as `millrace.config.json` says, else the nearest `.millrace`
 * upward, else one here.
 *
 * @param engineKeys - see {@link projectSettings}
 */
export function datastoreLocation(given: string | undefined, from: string, engineKeys?: readonly string[]): string {
  const named = given ?? environment()["MILLRACE_DATASTORE"];
  if (named !== undefined && named !== "") return located(named, from);
  const project = projectSettings(from, engineKeys);
  const configured = project?.settings.datastore;
  if (project !== null && configured !== undefined) return located(configured, path.dirname(project.file));
  const otherwise = "name one of your own: --datastore .millrace, or MILLRACE_DATASTORE";
  return foundUpward(STORE, { from, what: "the datastore", otherwise }) ?? path.join(from, STORE);
}

const STORE = ".millrace";

function located(named: string, folder: string): string {
  return named.includes("://") ? named : userPath(named, folder);
}

/** Whether what a run stores has to survive a power cut: as the user says, else by `MILLRACE_DURABLE=1`. */
export function isDurable(given: boolean | undefined): boolean {
  return given ?? environment()["MILLRACE_DURABLE"] === "1";
}

/** Packages of `@env` steps, shared by all runs of this user. */
export function cacheFolder(env: Environment = environment()): string {
  const given = env["MILLRACE_CACHE"];
  if (given !== undefined && given !== "") return userPath(given);
  const base = env["XDG_CACHE_HOME"];
  return path.join(base !== undefined && base !== "" ? userPath(base) : path.join(os.homedir(), ".cache"), "millrace");
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

/** What is said of this machine's GPUs from outside; null: nothing. */
export interface GpuCountSettings {
  /** `MILLRACE_GPUS`: how many tasks may use. */
  readonly count: number | null;
  /** `CUDA_VISIBLE_DEVICES`: those that this process may use; CUDA ignores what follows a wrong one. */
  readonly visible: readonly string[] | null;
}

export function gpuCountSettings(): GpuCountSettings {
  const [given, cuda] = [environment()["MILLRACE_GPUS"]?.trim() ?? "", environment()["CUDA_VISIBLE_DEVICES"]];
  if (!/^\d{0,4}$/.test(given))
    throw new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: `Cannot share the GPUs of this machine because MILLRACE_GPUS is not their number: ${given}`,
      hint: "set it to a whole number, as MILLRACE_GPUS=2, or leave it out",
    });
  const names = cuda?.split(",").map((name) => name.trim());
  const end = names?.findIndex((name) => name === "" || name.startsWith("-")) ?? -1;
  return { count: given === "" ? null : Number(given), visible: names?.slice(0, end < 0 ? undefined : end) ?? null };
}

/** False where containers run on another machine. */
export function isDockerHere(): boolean {
  return /^(unix|npipe):|^$/.test(environment()["DOCKER_HOST"] ?? "");
}

/** Where S3 is, if not at AWS, as the SDK's own variables say it. */
export function s3Settings(env: Environment = environment()): {
  endpoint: string | undefined;
  region: string | undefined;
  isPathStyle: boolean;
} {
  const set = (...names: string[]) =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
  const endpoint = set("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
  return {
    endpoint,
    region: set("AWS_REGION", "AWS_DEFAULT_REGION"),
    // Services other than AWS seldom have a host name for each bucket.
    isPathStyle: (set("MILLRACE_S3_PATH_STYLE") ?? (endpoint === undefined ? "0" : "1")) === "1",
  };
}

/** How much of remote datastores is kept on this machine, in bytes; `MILLRACE_BLOB_CACHE_MB` sets it, 0 is none. */
function blobCacheBytes(env: Environment): number {
  const given = Number(env["MILLRACE_BLOB_CACHE_MB"] ?? "");
  const isSet = env["MILLRACE_BLOB_CACHE_MB"] !== undefined && Number.isFinite(given) && given >= 0;
  return (isSet ? given : DEFAULT_BLOB_CACHE_MB) * 1e6;
}

/** What a datastore in a bucket takes from its surroundings. */
export interface StoreSettings {
  readonly s3: ReturnType<typeof s3Settings>;
  /** For the AWS SDK: credentials, proxies, certificates. */
  readonly env: Environment;
  /** Copies of blobs on this machine. */
  readonly blobCache: { readonly folder: string; readonly limitBytes: number };
}

export function storeSettings(env: Environment = environment()): StoreSettings {
  return {
    s3: s3Settings(env),
    env,
    blobCache: { folder: path.join(cacheFolder(env), "blobs"), limitBytes: blobCacheBytes(env) },
  };
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
  if (given !== undefined && given !== "") return userPath(given);
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Jupyter");
  if (process.platform === "win32") {
    return path.join(environment()["APPDATA"] ?? path.join(os.homedir(), "AppData", "Roaming"), "jupyter");
  }
  const base = environment()["XDG_DATA_HOME"];
  return path.join(base !== undefined && base !== "" ? base : path.join(os.homedir(), ".local", "share"), "jupyter");
}

/** Where AWS is, for a machine that finds its own credentials. */
export function awsPlace(): Record<string, string> {
  const { region } = s3Settings();
  const names = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "MILLRACE_S3_PATH_STYLE"];
  return { ...(region === undefined ? {} : { AWS_REGION: region }), ...variables((name) => names.includes(name)) };
}

/** They name files of this machine. */
const AWS_FILES = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/** All that this process knows of AWS, credentials included: for a container on this machine. */
export function awsVariables(): Record<string, string> {
  return variables((name) => name.startsWith("AWS_") && !AWS_FILES.includes(name));
}

function variables(isWanted: (name: string) => boolean): Record<string, string> {
  const found = Object.entries(environment()).filter(([name, value]) => value !== undefined && isWanted(name));
  return Object.fromEntries(found) as Record<string, string>;
}
