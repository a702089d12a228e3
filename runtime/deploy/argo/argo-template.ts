/** A template of a workflow: a block of tasks, or a container. Fields that nothing here reads are open. */
export interface ArgoTemplate {
  readonly name: string;
  readonly inputs?: { readonly parameters: readonly ArgoParameter[] };
  readonly outputs?: { readonly parameters: readonly ArgoOutput[] };
  readonly dag?: { readonly failFast?: boolean; readonly tasks: readonly DagTask[] };
  readonly container?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A task of a block: one call of a template, or one for each number of a sequence. */
export interface DagTask {
  readonly name: string;
  readonly template: string;
  /** What has to have come to which end. */
  readonly depends?: string;
  readonly when?: string;
  readonly arguments?: { readonly parameters: readonly ArgoParameter[] };
  readonly withSequence?: { readonly count: string };
}

export interface ArgoParameter {
  readonly name: string;
  readonly value?: string;
}

export interface ArgoOutput {
  readonly name: string;
  readonly valueFrom: { readonly path: string } | { readonly expression: string };
}

/** The children of the enclosing splits that a template runs for; templates of the flow itself take none. */
export const AT = "at";
/** How many children a split has. */
export const SIZE = "size";
/** Which case a switch has chosen. */
export const CASE = "case";
/** The call that concludes a task whose attempts all died. */
export const CONCLUDE = "conclude";

export function inputOf(name: string): string {
  return `{{inputs.parameters.${name}}}`;
}

export function outputOf(task: string, name: string): string {
  return `{{tasks.${task}.outputs.parameters.${name}}}`;
}
