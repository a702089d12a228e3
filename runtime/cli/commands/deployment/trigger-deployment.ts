import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { Deployments } from "../../../datastore/deployments.ts";
import { ProductionSchedulers } from "../../../datastore/production-schedulers.ts";
import { targetNamed } from "../../../deploy/index.ts";
import { triggerValues } from "../../../deploy/trigger-values.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { DeploymentFlags } from "./flags.ts";

export interface TriggerCall extends DeploymentFlags {
  /** What follows the name: `--date`, `2026-03-01`. */
  readonly words: readonly string[];
}

/** `deployment trigger NAME`: what it prints is the run's id. */
export async function triggerDeployment(context: StoreContext, call: TriggerCall): Promise<void> {
  const { name, words } = call;
  const { settings } = context;
  const output = context.output(call);
  const store = context.datastore(call);
  const version = new Deployments(store.storage).knownVersion(name);
  const parameters = await triggerValues(version, { flags: flagsIn(words), store });
  const target = targetNamed(version.target);
  const id = await (await target.load()).trigger({ version, store, settings }, parameters);
  const { flow } = version;
  const isRun = target.starts === "run";
  const isPending = isRun && new ProductionSchedulers(store.storage).alive().length === 0;
  if (output.isJson)
    return output.json({
      ...{ deployment: name, version: version.version, flow },
      ...(isRun ? { run: id, isSchedulerAlive: !isPending } : { execution: id }),
    });
  output.print(id);
  if (isPending)
    output.note(`${flow}/${id} is pending, as no scheduler is alive: millrace scheduler starts one, which runs it`);
  else
    output.note(
      output.colors.dim(
        isRun
          ? `status ${flow}/${id} says how it goes`
          : `its first task begins the run: deployment runs ${name} shows it`,
      ),
    );
}

/** `--date 2026-03-01` and `--date=2026-03-01`; a flag without a value is true, and `--no-x` false. */
function flagsIn(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const flags = new Map<string, string[]>();
  const give = (flag: string, text: string) => flags.set(flag, [...(flags.get(flag) ?? []), text]);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, flag, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === undefined)
      throw new MillraceError({
        code: "MILLRACE_USAGE",
        headline: `Cannot trigger the deployment because a word stands alone: ${JSON.stringify(word.slice(0, 60))}`,
        hint: "write parameters as --date 2026-03-01",
      });
    const next = words[at + 1];
    const follows = value === undefined && next !== undefined && !next.startsWith("--");
    if (follows) at += 1;
    const text = value ?? (follows ? next : undefined);
    if (text === undefined && flag.startsWith("no-")) give(flag.slice("no-".length), "false");
    else give(flag, text ?? "true");
  }
  return flags;
}
