import { processSettings } from "../../runtime/config.ts";
import { type ResolvedRunOptions, resolveRunOptions } from "../../runtime/launch/run/run-options.ts";
import { checkNewTags } from "../../runtime/datastore/check-new-tags.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { nearest } from "../base/nearest.ts";

/** How a {@link Runner} runs its flow; the names and defaults are those of the command line. */
export interface RunnerOptions {
  /** Folder of the runs. @defaultValue `MILLRACE_DATASTORE`, else the nearest `.millrace` upward */
  readonly datastore?: string;
  /** Decorators to add to every step: `["retry:times=2"]`. */
  readonly with?: readonly string[];
  /** Tasks at once. @defaultValue the machine's cores */
  readonly maxWorkers?: number;
  /** Tags of the run. */
  readonly tags?: readonly string[];
  /** Stop everything, or finish what does not depend on the failed task. @defaultValue "stop" */
  readonly onFailure?: "stop" | "finish";
  /** Fresh modules or a fresh process for each task. @defaultValue "module" */
  readonly isolation?: "module" | "process";
  /** What is stored survives a power cut; slower. @defaultValue true if `MILLRACE_DURABLE` is 1 */
  readonly durable?: boolean;
  /** Values of `@config` fields. @defaultValue the fields' own */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Print what `run` prints: progress, the tasks' output, failures. @defaultValue false */
  readonly show?: boolean;
}

export interface ResolvedRunnerOptions {
  readonly datastore: string | undefined;
  readonly added: readonly string[];
  readonly tags: readonly string[];
  readonly run: ResolvedRunOptions;
  readonly config: Readonly<Record<string, unknown>>;
  readonly isShown: boolean;
}

const NAMES = ["datastore", "with", "maxWorkers", "tags", "onFailure", "isolation", "durable", "config", "show"];

export function resolveRunnerOptions(options: RunnerOptions): ResolvedRunnerOptions {
  const { maxWorkers, tags = [] } = options;
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw unknownOption(unknown);
  if (maxWorkers !== undefined && !(Number.isInteger(maxWorkers) && maxWorkers > 0)) {
    throw wrong("maxWorkers", { seen: maxWorkers, wanted: "a whole number, 1 or more" });
  }
  const run = resolveRunOptions(options, processSettings());
  const { onFailure, isolation } = run;
  if (!["stop", "finish"].includes(onFailure)) {
    throw wrong("onFailure", { seen: onFailure, wanted: '"stop" or "finish"' });
  }
  if (!["module", "process"].includes(isolation)) {
    throw wrong("isolation", { seen: isolation, wanted: '"module" or "process"' });
  }
  checkNewTags(tags);
  if (!Array.isArray(options.with ?? [])) throw wrong("with", { seen: options.with, wanted: "an array of strings" });
  return {
    datastore: options.datastore,
    added: options.with ?? [],
    tags,
    run,
    config: options.config ?? {},
    isShown: options.show ?? false,
  };
}

function wrong(name: string, { seen, wanted }: { seen: unknown; wanted: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot make a Runner with this ${name} because it must be ${wanted}: ${JSON.stringify(seen) ?? typeof seen}`,
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
