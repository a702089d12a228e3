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

function toldPrefix({ deployment, fire, step, at }: TellingTask): string {
  return `told/${deployment}/${fire}/${step}${at === "" ? "" : `-${at}`}`;
}
