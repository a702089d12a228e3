import { Deployments } from "../../../datastore/deployments.ts";
import { causeText } from "../../../datastore/reader/cause-text.ts";
import { type DeploymentRun, deploymentRuns } from "../../../deploy/deployment-runs.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { localTimeText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { Output } from "../../output.ts";
import { statusText } from "../../show/status-text.ts";
import { tableText } from "../../show/table-text.ts";
import type { DeploymentFlags } from "./flags.ts";

/** `deployment runs NAME`. */
export function showDeploymentRuns(context: StoreContext, flags: DeploymentFlags & { readonly limit: number }): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const runs = runsOf(store, flags.name, flags.limit);
  if (output.isJson) return output.json(runs.map(deploymentRunJson));
  if (runs.length === 0) return output.note(`${flags.name} has started no run yet`);
  output.print(deploymentRunsTable(runs, output));
}

/** @throws MillraceError where there was never such a deployment */
export function runsOf(store: Datastore, name: string, limit: number): DeploymentRun[] {
  const deployments = new Deployments(store.storage);
  // Of one that was removed the runs are still there.
  if (deployments.versions(name).length === 0) deployments.known(name);
  const flows = new Map<number, string>();
  const flowOf = (version: number) => {
    const flow = flows.get(version) ?? deployments.version(name, version).flow;
    flows.set(version, flow);
    return flow;
  };
  return deploymentRuns(store, name, { limit: limit === 0 ? Infinity : limit, flowOf });
}

export function deploymentRunJson({ fire, record, run }: DeploymentRun): object {
  const { version, trigger, parameters, skipped = null } = record;
  return {
    ...{
      run: skipped === null ? record.run : null,
      version,
      fire,
      cause: causeText(trigger),
      trigger,
      parameters,
      skipped,
    },
    status: run?.status ?? (skipped === null ? "pending" : "skipped"),
    firedAt: new Date(record.time).toISOString(),
  };
}

export function deploymentRunsTable(runs: readonly DeploymentRun[], { colors }: Output): string {
  return tableText({
    header: ["RUN", "VERSION", "STATUS", "FIRED", "CAUSE"],
    right: [1],
    styleHeader: colors.dim,
    rows: runs.map(({ record, run }) => [
      record.skipped === undefined ? record.run : "",
      String(record.version),
      record.skipped === undefined ? statusText(run?.status ?? "pending", colors) : `skipped: ${record.skipped}`,
      localTimeText(record.time),
      causeText(record.trigger),
    ]),
  });
}
