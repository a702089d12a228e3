import type { QueuePlace, Triggers } from "../../../sdk/base/triggers.ts";
import { parseRecord } from "../parse-record.ts";
import type { ProjectPlace, RECORD_FORMAT } from "../records.ts";
import { projectPlace } from "../shapes/parts.ts";
import { count, faultIn, fields, hash, list, name, oneOf, orNull, table, text, time } from "../shapes/checks.ts";
import { type LaunchOrderOptions, launchOrderOptions } from "./launch-order.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";
import { releaseKind } from "./release.ts";

/** One version of a deployment: what runs when nobody is at the keyboard. Written once, under the next unused number. */
export interface DeploymentVersion {
  readonly format: typeof RECORD_FORMAT;
  readonly deployment: string;
  /** From 1. */
  readonly version: number;
  /** Who runs it: a row of `runtime/deploy`. */
  readonly target: string;
  readonly flow: string;
  /** Blob of the release. */
  readonly release: string;
  readonly time: number;
  readonly username: string;
  readonly host: string;
  readonly project: ProjectPlace | null;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  /** Values of parameters as texts, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly options: LaunchOrderOptions;
  readonly triggers: Triggers;
  readonly queue: QueuePlace | null;
  /**
   * What the target made: names, addresses. Null in the record, which is written before; the move to the version has it, and
   * `Deployments` puts it here.
   */
  readonly installed: unknown;
}

export type { EventRule, QueuePlace, ScheduleRule, Triggers } from "../../../sdk/base/triggers.ts";

const triggers = fields({
  schedules: list(
    fields({
      cron: text,
      timezone: text,
      catchUp: oneOf("none", "last", "all"),
      overlap: oneOf("skip", "queue", "allow"),
    }),
  ),
  events: list(fields({ events: list(text), parameters: table(text), policy: oneOf("each", "batch") })),
  finishes: list(fields({ flow: text })),
});

const deployment = fields({
  deployment: name,
  version: count,
  target: text,
  flow: name,
  release: hash,
  time,
  username: text,
  host: text,
  project: orNull(projectPlace),
  programName: text,
  parameters: table(text),
  tags: list(text),
  options: launchOrderOptions,
  triggers,
  queue: orNull(fields({ name: text, priority: (value) => (Number.isFinite(value) ? null : " is not a number") })),
});

export const deploymentKind: RecordKind<DeploymentVersion> = {
  name: "deployment",
  keys: [
    {
      key: "deployments/<name>/versions/<n>.json",
      is: "one version of a deployment: its release, values and triggers; written once",
      form: "whole",
    },
  ],
  parse: parseDeployment,
  *references({ release }) {
    yield { to: "record", hash: release, kind: releaseKind, what: "release" };
  },
  title: ({ key }) => key,
  loses: ({ key }) => [
    `that version of the deployment ${deploymentIn(key)}, and its start where it is the current one`,
  ],
  fix: () => `deploy the flow again, or ${START_ANEW.replace(/^start a new run, or /, "")}`,
};

function deploymentIn(key: string): string {
  return key.split("/")[1] ?? key;
}

/** @throws MillraceError for what is no version of the deployment that its key names */
export function parseDeployment(json: string, key: string): DeploymentVersion {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(deployment, record);
    if (fault !== null) return fault;
    const { deployment: own, version } = record as DeploymentVersion;
    return key === versionKey(own, version) ? null : `it says that it is version ${version} of ${own}`;
  }) as DeploymentVersion;
}

/** Everything of one deployment lies below this. */
export function deploymentFolder(deployment: string): string {
  return `deployments/${deployment}`;
}

export function versionKey(deployment: string, version: number): string {
  return `${deploymentFolder(deployment)}/versions/${version}.json`;
}
