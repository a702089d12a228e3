import type { Datastore } from "../../../datastore/datastore.ts";
import { Deployments, type DeploymentState } from "../../../datastore/deployments.ts";
import type { DeploymentVersion } from "../../../datastore/kinds/deployment.ts";
import { agoText, localTimeText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { Output } from "../../output.ts";
import { counted } from "../../../text/counted.ts";
import { stateJson } from "../../show/state-json.ts";
import { tableText } from "../../show/table-text.ts";
import { triggerLines } from "../../show/trigger-lines.ts";
import type { DeploymentFlags } from "./flags.ts";
import { deploymentRunJson, deploymentRunsTable, runsOf } from "./show-deployment-runs.ts";

const LAST_RUNS = 5;

/** `deployment show NAME`. */
export function showDeployment(context: StoreContext, flags: DeploymentFlags & { readonly limit: number }): void {
  const { name } = flags;
  const limit = flags.limit === 0 ? Infinity : flags.limit;
  const output = context.output(flags);
  const store = context.datastore(flags);
  const deployments = new Deployments(store.storage);
  const state = deployments.known(name);
  const version = deployments.currentOf({ ...state, version: state.version ?? 0 });
  const { found: versions, count } = deployments.latestVersions(name, limit);
  const runs = runsOf(store, name, LAST_RUNS);
  const now = Date.now();
  if (output.isJson)
    return output.json({
      ...stateJson(state, { version, now }),
      versions: versions.map(({ version: number, release, username, time }) => ({
        ...{ version: number, release, username },
        time: new Date(time).toISOString(),
      })),
      moves: deployments.moves(name, limit).map(({ format: _, ...move }) => move),
      runs: runs.map(deploymentRunJson),
    });
  output.print(headText(state, { version, now, output, store }));
  output.print(`\nversions\n${versionsTable(versions, { current: version.version, now, output })}`);
  const left = count - versions.length;
  if (left > 0) output.print(`  and ${counted(left, "older version")}: --limit 0 shows all`);
  if (runs.length > 0) output.print(`\nlast runs\n${deploymentRunsTable(runs, output)}`);
}

interface Shown {
  readonly version: DeploymentVersion;
  readonly now: number;
  readonly output: Output;
  readonly store: Datastore;
}

function headText(state: DeploymentState, { version, now, output: { colors }, store }: Shown): string {
  const { parameters, project, queue, tags } = version;
  const values = Object.entries(parameters).map(([name, text]) => `${name}=${text}`);
  const rows: readonly (readonly [string, string])[] = [
    ["flow", version.flow],
    ["target", version.target],
    ["state", state.isPaused ? colors.yellow("paused") : "on"],
    ["owner", `${state.username} (${state.action} ${agoText(state.time, now)}, on ${state.host})`],
    ...(project === null ? [] : [["project", `${project.name}, branch ${project.branch}`] as const]),
    ...triggerLines(version.triggers, state.isPaused ? null : now).map((line) => ["trigger", line] as const),
    ...(queue === null ? [] : [["queue", `${queue.name}, priority ${queue.priority}`] as const]),
    ...(values.length === 0 ? [] : [["parameters", values.join(", ")] as const]),
    ...(tags.length === 0 ? [] : [["tags", tags.join(", ")] as const]),
    ...(state.installed == null ? [] : [["installed", JSON.stringify(state.installed)] as const]),
    ["datastore", store.storage.location],
  ];
  return `${state.name}, version ${version.version}\n${tableText({ header: ["", ""], rows, indent: "  " })
    .split("\n")
    .slice(1)
    .join("\n")}`;
}

function versionsTable(
  versions: readonly DeploymentVersion[],
  { current, now, output: { colors } }: { current: number; now: number; output: Output },
): string {
  return tableText({
    header: ["VERSION", "", "DEPLOYED", "", "USER", "RELEASE"],
    right: [0],
    indent: "  ",
    styleHeader: colors.dim,
    rows: [...versions]
      .reverse()
      .map(({ version, time, username, release }) => [
        String(version),
        version === current ? "current" : "",
        localTimeText(time),
        agoText(time, now),
        username,
        release.slice(0, 12),
      ]),
  });
}
