import { processSettings } from "../../runtime/config.ts";
import { type ResolvedRunOptions, resolveRunOptions } from "../../runtime/launch/run/run-options.ts";
import type { BranchChoice } from "../../runtime/datastore/branch-name.ts";
import { checkNewTags } from "../../runtime/datastore/check-new-tags.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { nearest } from "../base/nearest.ts";
import type { RunTrigger } from "../../runtime/datastore/kinds/run-trigger.ts";
import { type GivenTrigger, recordedTrigger } from "./given-trigger.ts";
import type { Duration } from "../decorators/step-decorator.ts";
import { graceMsIn } from "../../runtime/settings/grace-setting.ts";
import { isRecord } from "../base/is-record.ts";

/** How a {@link Runner} runs its flow; the names and defaults are those of the command line. */
export interface RunnerOptions {
  /** Folder or bucket of the runs. @defaultValue `MILLRACE_DATASTORE`, else the nearest `.millrace` upward */
  readonly datastore?: string;
  /** Decorators to add to every step: `["retry:times=2"]`. */
  readonly with?: readonly string[];
  /** Run steps with `@batch`, `@docker` or `@slurm` on that engine, the others on this machine. @defaultValue false */
  readonly remote?: boolean;
  /** Tasks at once. @defaultValue the machine's cores */
  readonly maxWorkers?: number;
  /** Processors that tasks on this machine share, by what `@resources` asks for. @defaultValue all */
  readonly maxCpu?: number;
  /** Memory that they share, in MB. @defaultValue all */
  readonly maxMemory?: number;
  /** Pack tasks on this machine by what they ask for, or by what past runs of the flow used. @defaultValue "asked" */
  readonly admit?: "asked" | "usage";
  /** The most children that one split may have. @defaultValue 100 000 */
  readonly maxNumSplits?: number;
  /** Tags of the run. */
  readonly tags?: readonly string[];
  /** Branch of the flow's `@project`. @defaultValue your own */
  readonly branch?: string;
  /** Run as the production branch of the flow's `@project`. @defaultValue false */
  readonly production?: boolean;
  /** The run's id is written there once there is one. */
  readonly runIdFile?: string;
  /** Stop everything, or finish what does not depend on the failed task. @defaultValue "stop" */
  readonly onFailure?: "stop" | "finish";
  /** Fresh modules or a fresh process for each task. @defaultValue "module" */
  readonly isolation?: "module" | "process";
  /** What is stored survives a power cut; slower. @defaultValue true if `MILLRACE_DURABLE` is 1 */
  readonly durable?: boolean;
  /** How long tasks have that are asked to stop: `"30s"`. @defaultValue `MILLRACE_GRACE`, else 6 s */
  readonly grace?: Duration;
  /** Values of `@config` fields. @defaultValue the fields' own */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Files that `@config` fields are read from, by the field's name. */
  readonly configFiles?: Readonly<Record<string, string>>;
  /** What its steps find as `current.trigger`. @defaultValue null */
  readonly trigger?: GivenTrigger;
  /** Print what `run` prints: progress, the tasks' output, failures. @defaultValue false */
  readonly show?: boolean;
}

export interface ResolvedRunnerOptions {
  readonly datastore: string | undefined;
  readonly added: readonly string[];
  readonly isRemote: boolean;
  readonly tags: readonly string[];
  readonly branch: BranchChoice;
  readonly runIdFile: string | null;
  readonly run: ResolvedRunOptions;
  readonly config: Readonly<Record<string, unknown>>;
  readonly configFiles: Readonly<Record<string, string>>;
  readonly trigger: RunTrigger | undefined;
  readonly isShown: boolean;
}

/** What each option takes; a wrong one is told before anything is read. */
const CHECKS: { readonly [Name in keyof Required<RunnerOptions>]: ValueCheck } = {
  datastore: text(),
  with: texts(),
  remote: flag(),
  maxWorkers: count(),
  maxCpu: processors(),
  maxMemory: count(),
  admit: oneOf("asked", "usage"),
  maxNumSplits: count(),
  tags: texts(),
  branch: text(),
  production: flag(),
  runIdFile: text(),
  onFailure: oneOf("stop", "finish"),
  isolation: oneOf("module", "process"),
  durable: flag(),
  grace: duration(),
  config: record(),
  configFiles: record(),
  trigger: trigger(),
  show: flag(),
};
const NAMES = Object.keys(CHECKS);

export function resolveRunnerOptions(options: RunnerOptions): ResolvedRunnerOptions {
  const { tags = [], config = {}, configFiles = {} } = options;
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw unknownOption(unknown);
  checkNewTags(tags);
  for (const [name, { wanted, accepts }] of Object.entries(CHECKS)) {
    const seen = options[name as keyof RunnerOptions];
    if (seen !== undefined && !accepts(seen)) throw wrong(name, { seen, wanted });
  }
  const graceMs = options.grace === undefined ? undefined : (graceMsIn(options.grace) ?? undefined);
  return {
    datastore: options.datastore,
    added: options.with ?? [],
    isRemote: options.remote ?? false,
    tags,
    branch: { branch: options.branch, isProduction: options.production },
    runIdFile: options.runIdFile ?? null,
    run: resolveRunOptions({ ...options, maxSplits: options.maxNumSplits, graceMs }, processSettings()),
    config,
    configFiles,
    trigger: options.trigger === undefined ? undefined : recordedTrigger(options.trigger),
    isShown: options.show ?? false,
  };
}

interface ValueCheck {
  readonly wanted: string;
  accepts(value: unknown): boolean;
}

function text(): ValueCheck {
  return { wanted: "a string", accepts: (value) => typeof value === "string" };
}

function texts(): ValueCheck {
  const accepts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === "string");
  return { wanted: "an array of strings", accepts };
}

function duration(): ValueCheck {
  const accepts = (value: unknown) =>
    (typeof value === "string" || typeof value === "number") && graceMsIn(value) !== null;
  return { wanted: 'a duration such as "30s"', accepts };
}

function flag(): ValueCheck {
  return { wanted: "true or false", accepts: (value) => typeof value === "boolean" };
}

function count(): ValueCheck {
  return { wanted: "a whole number, 1 or more", accepts: (value) => Number.isInteger(value) && Number(value) > 0 };
}

function processors(): ValueCheck {
  return { wanted: "a number, 0.01 or more", accepts: (value) => Number.isFinite(value) && Number(value) >= 0.01 };
}

function oneOf(...values: readonly string[]): ValueCheck {
  const wanted = values.map((value) => JSON.stringify(value)).join(" or ");
  return { wanted, accepts: (value) => values.includes(value as string) };
}

function record(): ValueCheck {
  const accepts = isRecord;
  return { wanted: "an object, by the name of the field", accepts };
}

function trigger(): ValueCheck {
  return { wanted: "an object with events, runs and scheduledAt", accepts: isRecord };
}

function wrong(name: string, { seen, wanted }: { seen: unknown; wanted: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot make a Runner with the option ${name} because it must be ${wanted}: ${JSON.stringify(seen) ?? typeof seen}`,
    hint: `give ${wanted}, or leave it out`,
  });
}

function unknownOption(name: string): MillraceError {
  const near = nearest(name, NAMES);
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot make a Runner with ${name} because it has no such option`,
    details: [`options: ${NAMES.join(", ")}`],
    hint: near === null ? "parameters of the flow are given to run()" : `did you mean ${near}?`,
  });
}
