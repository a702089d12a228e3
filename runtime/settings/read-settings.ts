import path from "node:path";
import { awsPlace, awsVariables } from "./aws-variables.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Environment } from "./environment.ts";
import { foundUpward } from "./found-upward.ts";
import { graceSetting } from "./grace-setting.ts";
import { gpuUsageSetting } from "./gpu-usage-setting.ts";
import { type GpuCountSettings, gpuCountSettings } from "./gpu-count-settings.ts";
import { INCLUDE, PROJECT_FILE, type ProjectSettings, readProjectFile } from "./project-file.ts";
import { type AliasRules, aliasRulesIn, MODELS } from "./alias-rules.ts";
import { PRICES, type Prices } from "./prices.ts";
import { QUEUES, type QueueSettings, queuesIn } from "./queues.ts";
import { readPrices } from "./read-prices.ts";
import { type StoreSettings, storeSettings } from "./store-settings.ts";
import { username } from "./username.ts";
import { userPath } from "./user-path.ts";

const STORE = ".millrace";

/** No process that a scheduler starts gets it. */
export const EVENT_TOKEN = "MILLRACE_EVENT_TOKEN";

/** A setting that is a variable, and a key of `millrace.config.json`. */
export interface NamedSetting {
  readonly variable: string;
  readonly key: string;
}

/**
 * What is set around a process: its variables, and the project's file upward from a folder. A front end reads it once and
 * passes it on. A file is looked for, and judged, only when something asks for what it may say.
 */
export class Settings {
  readonly env: Environment;
  readonly cwd: string;

  constructor(env: Environment, cwd: string) {
    this.env = env;
    this.cwd = cwd;
  }

  /**
   * The nearest `millrace.config.json` upward, or null.
   * @param engineKeys - those of its keys that are settings of engines: they are checked and given as well
   */
  project(engineKeys?: readonly string[], from = this.cwd): ProjectSettings | null {
    const file = foundUpward(PROJECT_FILE, {
      ...{ from, env: this.env },
      what: "the settings",
      otherwise: "remove it, or start from a folder of your own",
    });
    return file === null ? null : readProjectFile(file, engineKeys);
  }

  /** Image of containers where nothing else names one. */
  image(): string | null {
    return this.#setting({ variable: "MILLRACE_IMAGE", key: "image" }, this.project());
  }

  /** What is said of an engine: the environment's word, else that of `millrace.config.json`; null for what nothing says. */
  engine<Name extends string>(table: Readonly<Record<Name, NamedSetting>>): Record<Name, string | null> {
    const rows = Object.entries<NamedSetting>(table);
    const project = this.project(rows.map(([, { key }]) => key));
    const values = rows.map(([name, row]) => [name, this.#setting(row, project)]);
    return Object.fromEntries(values) as Record<Name, string | null>;
  }

  /** Patterns of files that go along to wherever tasks run, relative to the project's root, as its file says. */
  included(root: string): readonly string[] {
    return (this.project(undefined, root)?.content[INCLUDE] ?? []) as readonly string[];
  }

  /** What protects aliases of models, as `millrace.config.json` says. */
  aliasRules(): AliasRules {
    return aliasRulesIn(this.project()?.content[MODELS]);
  }

  /**
   * What an hour of what tasks ask for costs.
   * @throws MillraceError `MILLRACE_SETTINGS` where nothing says so
   */
  prices(): Prices {
    return readPrices(this.project());
  }

  /** Whether anything is said of prices: {@link prices} then reads them. */
  get hasPrices(): boolean {
    return this.project()?.content[PRICES] !== undefined;
  }

  /** How many runs of each queue go on at once. */
  queues(): QueueSettings {
    return queuesIn(this.project()?.content[QUEUES]);
  }

  /** What webhooks ask of who publishes an event: `MILLRACE_EVENT_TOKEN`; null for nothing. */
  get eventToken(): string | null {
    const token = this.env[EVENT_TOKEN] ?? "";
    return token === "" ? null : token;
  }

  /**
   * Given on the command line, else `MILLRACE_DATASTORE`, else as `millrace.config.json` says, else the nearest `.millrace`
   * upward, else one here.
   *
   * @param engineKeys - see {@link project}
   */
  datastoreLocation(given: string | undefined, engineKeys?: readonly string[]): string {
    const { env, cwd: from } = this;
    const named = given ?? env["MILLRACE_DATASTORE"];
    if (named !== undefined && named !== "") return located(named, from);
    const project = this.project(engineKeys);
    const configured = project?.settings.datastore;
    if (project !== null && configured !== undefined) return located(configured, path.dirname(project.file));
    const otherwise = "name one of your own: --datastore .millrace, or MILLRACE_DATASTORE";
    return foundUpward(STORE, { from, env, what: "the datastore", otherwise }) ?? path.join(from, STORE);
  }

  /** The Redis from which features are looked up, and to which `materialize` brings them: `MILLRACE_ONLINE_STORE`; null for none. */
  get onlineStore(): string | null {
    const address = this.env["MILLRACE_ONLINE_STORE"] ?? "";
    return address === "" ? null : address;
  }

  /** Whether what a run stores has to survive a power cut: as the user says, else by `MILLRACE_DURABLE=1`. */
  isDurable(given: boolean | undefined): boolean {
    return given ?? this.env["MILLRACE_DURABLE"] === "1";
  }

  /** How long tasks have that are asked to stop: as the user says, else by `MILLRACE_GRACE`, else the project's `grace`. */
  graceMs(given: number | undefined): number {
    return given ?? graceSetting(this.#setting({ variable: "MILLRACE_GRACE", key: "grace" }, this.project()));
  }

  /** Whether what GPUs do is looked at while tasks have some: `MILLRACE_GPU_USAGE`, else the project's `gpuUsage`. */
  get samplesGpus(): boolean {
    return gpuUsageSetting(this.#setting({ variable: "MILLRACE_GPU_USAGE", key: "gpuUsage" }, this.project()));
  }

  /** What the page asks of who opens it: as the user says, else `MILLRACE_UI_TOKEN`; null for nothing. */
  uiToken(given: string | undefined): string | null {
    const token = given ?? this.env["MILLRACE_UI_TOKEN"] ?? "";
    return token === "" ? null : token;
  }

  /** False where containers run on another machine. */
  get isDockerHere(): boolean {
    return /^(unix|npipe):|^$/.test(this.env["DOCKER_HOST"] ?? "");
  }

  get store(): StoreSettings {
    return storeSettings(this.env);
  }

  get cacheFolder(): string {
    return cacheFolder(this.env);
  }

  get username(): string {
    return username(this.env);
  }

  /** @throws MillraceError `MILLRACE_SETTINGS` for what is not their number */
  get gpus(): GpuCountSettings {
    return gpuCountSettings(this.env);
  }

  /** Where AWS is, for a machine that finds its own credentials. */
  get awsPlace(): Readonly<Record<string, string>> {
    return awsPlace(this.env);
  }

  /** All that is known of AWS, credentials included: for a container on this machine. */
  get awsVariables(): Readonly<Record<string, string>> {
    return awsVariables(this.env);
  }

  #setting({ variable, key }: NamedSetting, project: ProjectSettings | null): string | null {
    const given = this.env[variable];
    return given !== undefined && given !== "" ? given : (project?.settings[key] ?? null);
  }
}

export function readSettings(env: Environment, cwd: string): Settings {
  return new Settings(env, cwd);
}

function located(named: string, folder: string): string {
  return named.includes("://") ? named : userPath(named, folder);
}
