import { createHash } from "node:crypto";

/** Which task of an execution tells something. */
export interface TellingTask {
  readonly deployment: string;
  /** The target's own id of the execution. */
  readonly fire: string;
  readonly step: string;
  /** As `MILLRACE_AT`: children of the enclosing splits with a dot between, empty at the top. */
  readonly at: string;
}

/**
 * Where a step that splits leaves its children, as a JSON list of their indices. The key holds nothing that only the run
 * knows, so that a target can compute it: `told/NAME/FIRE/STEP.items.json`, within splits `STEP-AT.items.json`.
 */
export function toldItemsKey(of: TellingTask): string {
  return `${toldPrefix(of)}.items.json`;
}

/** Where a switch leaves the case that it has chosen, as a JSON string: `told/NAME/FIRE/STEP.case.json`. */
export function toldCaseKey(of: TellingTask): string {
  return `${toldPrefix(of)}.case.json`;
}

/** All that the tasks of an execution tell. */
export function toldFolder({ deployment, fire }: Pick<TellingTask, "deployment" | "fire">): string {
  return `told/${deployment}/${safeId(fire)}`;
}

function toldPrefix({ step, at, ...of }: TellingTask): string {
  return `${toldFolder(of)}/${step}${at === "" ? "" : `-${at}`}`;
}

const SAFE = /^[\w-][\w.-]{0,149}$/;

/** A target's own id as a part of keys. What cannot stand there, as Airflow's ids with a colon, is told apart by a hash. */
export function safeId(id: string): string {
  if (SAFE.test(id) && !id.endsWith(".")) return id;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 16);
  return `${id.replaceAll(/[^\w-]/g, "_").slice(0, 100)}-${hash}`;
}
