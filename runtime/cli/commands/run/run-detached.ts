import { decoratorIn } from "../../../../sdk/decorators/decorator-in.ts";
import type { Engine } from "../../../engines/engine.ts";
import { engineNamed } from "../../../engines/index.ts";
import { beginDetached } from "../../../launch/detached/begin-detached.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import type { RunPlan } from "../../../launch/plan/plan-run.ts";
import type { ResolvedRunOptions } from "../../../launch/run/run-options.ts";
import type { CliContext } from "../../cli-context.ts";
import type { Output } from "../../output.ts";
import { packageVersion } from "../../package-version.ts";
import { runReporter } from "../../progress/run-reporter.ts";
import { detach } from "./detach.ts";
import type { RunFlags } from "./flags.ts";

export interface RunDetachedOptions {
  readonly context: CliContext;
  readonly flags: RunFlags;
  readonly store: Datastore;
  readonly options: ResolvedRunOptions;
  readonly output: Output;
  /** The run has its id. */
  created(run: string): void;
}

/** `run --detach`: what it prints is the run's id; a process in the background goes on. */
export async function runDetached(plan: RunPlan, of: RunDetachedOptions): Promise<void> {
  const { context, flags, store, options, output } = of;
  const { settings, programName } = context;
  const reporter = runReporter({ output, graph: plan.graph, programName, datastore: flags.datastore });
  const { document, job } = await beginDetached(plan, {
    ...{ store, settings, options, programName, engine: engineAmong(flags.with) },
    branch: { branch: flags.branch, isProduction: flags.production },
    bundle: context.bundle,
    early: null,
    millraceVersion: packageVersion(),
    on: { ...reporter, created: () => undefined },
  });
  const { flow, run } = document;
  of.created(run);
  const tell = (more: object, text: string) => {
    if (output.isJson) return output.json({ flow, run, ...more });
    output.print(run);
    output.note(output.colors.dim(`${text}: status ${run}, logs --follow ${run}, stop ${run}`));
  };
  if (job !== null) {
    const how = job.isQueued ? "waits for its scheduler, the job" : "goes on, driven by the job";
    return tell(job, `${how} ${job.job}`);
  }
  const { location } = store.storage;
  const { pid, log } = await detach({ flow, run }, { location, settings, isDurable: options.isDurable });
  tell({ pid, log }, `goes on in process ${pid}, which writes to ${log}`);
}

/** Where the run is sent by `--with`; the scheduler goes along. */
function engineAmong(added: readonly string[] = []): Engine | null {
  const [engine = null] = added.flatMap((text) => engineNamed(decoratorIn(text)) ?? []);
  return engine;
}
