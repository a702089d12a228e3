import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, flag, oneOf, orNull, text, time } from "../shapes/checks.ts";
import { deploymentFolder } from "./deployment.ts";
import type { RecordKind } from "./record-kind.ts";

export type DeploymentAction = "deploy" | "pause" | "unpause" | "rollback" | "remove";

/** One change of a deployment's state, created only if absent: the last one is the state. */
export interface DeploymentMove {
  readonly format: typeof RECORD_FORMAT;
  /** From 1, without a gap. */
  readonly sequence: number;
  readonly action: DeploymentAction;
  /** The version that is current from then on; null once it was removed. */
  readonly version: number | null;
  readonly isPaused: boolean;
  /** Who moved it, and owns it from then on. */
  readonly username: string;
  readonly host: string;
  readonly time: number;
  /** What the target made of the version; null where it made nothing. */
  readonly installed: unknown;
}

const move = fields({
  sequence: count,
  action: oneOf("deploy", "pause", "unpause", "rollback", "remove"),
  version: orNull(count),
  isPaused: flag,
  username: text,
  host: text,
  time,
});

export const deploymentMoveKind: RecordKind<DeploymentMove> = {
  name: "deployment-move",
  keys: [
    {
      key: "deployments/<name>/moves/<n>.json",
      is: "one change of a deployment: which version is current, and whether it is paused; the last one counts",
      form: "whole",
    },
  ],
  parse: parseDeploymentMove,
  title: ({ key }) => key,
  loses: ({ key }) => [`the state of the deployment ${key.split("/")[1] ?? ""}, if it is the last change`],
  fix: ({ key }) => `delete ${key} if it is the last change, and deploy the flow again`,
};

export function parseDeploymentMove(json: string, key: string): DeploymentMove {
  return parseRecord(json, key, (record) => faultIn(move, record) ?? faultOfNumber(record, key)) as DeploymentMove;
}

/** One that says another number would have every later change come too late. */
function faultOfNumber(record: unknown, key: string): string | null {
  const { sequence } = record as DeploymentMove;
  return key.endsWith(`/${String(sequence).padStart(6, "0")}.json`) ? null : `it says that it is change ${sequence}`;
}

/** Of six digits: names sort as the numbers do. */
export function moveKey(deployment: string, sequence: number): string {
  return `${deploymentFolder(deployment)}/moves/${String(sequence).padStart(6, "0")}.json`;
}
