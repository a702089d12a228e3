import { headlineOf } from "../../../../sdk/base/headline-of.ts";
import { Deployments } from "../../../datastore/deployments.ts";
import { nextInstants } from "../../../deploy/triggers/next-instants.ts";
import type { DeploymentVersion } from "../../../datastore/kinds/deployment.ts";
import { agoText, localTimeText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { stateJson } from "../../show/state-json.ts";
import { tableText } from "../../show/table-text.ts";
import { triggerLines } from "../../show/trigger-lines.ts";

export function showDeployments(context: StoreContext, options: InspectOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const now = Date.now();
  const { colors } = output;
  const failed = (name: string, error: unknown) =>
    output.note(colors.yellow(`${name} is left out, as it cannot be read: ${headlineOf(error)}`));
  const all = new Deployments(store.storage).all(failed).filter(({ version }) => isMeant(version, context));
  if (output.isJson) return output.json(all.map(({ state, version }) => stateJson(state, { version, now })));
  if (all.length === 0)
    return output.note(`no deployment in ${store.storage.location}: the command deploy of a flow's file makes one`);
  output.print(
    tableText({
      header: ["DEPLOYMENT", "VERSION", "TARGET", "FLOW", "STATE", "NEXT", "TRIGGERS", "USER", "CHANGED"],
      right: [1],
      styleHeader: colors.dim,
      rows: all.map(({ state, version }) => [
        state.name,
        String(version.version),
        version.target,
        version.flow,
        state.isPaused ? colors.yellow("paused") : "on",
        state.isPaused ? "" : nextText(version, now),
        triggerLines(version.triggers, null).join("; "),
        state.username,
        agoText(state.time, now),
      ]),
    }),
  );
}

function isMeant({ flow }: DeploymentVersion, { flowName }: StoreContext): boolean {
  return flowName === null || flow === flowName;
}

function nextText({ triggers }: DeploymentVersion, now: number): string {
  const next = triggers.schedules.flatMap((rule) => nextInstants(rule, now, 1)).sort((a, b) => a - b)[0];
  return next === undefined ? "" : localTimeText(next).slice(0, -":00".length);
}
