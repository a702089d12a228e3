import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { AwsSetup } from "./aws-setup/aws-setup.ts";
import { awsError } from "./aws-error.ts";
import type { AwsSettings } from "./aws-settings.ts";

/** Outputs of the template by the setting that each becomes. */
const OUTPUTS = {
  datastore: "Datastore",
  batchQueue: "JobQueue",
  batchJobRole: "JobRole",
  batchExecutionRole: "ExecutionRole",
} as const;

/** Of stacks of an earlier template these are missing. */
const LATER_OUTPUTS = {
  stepFunctionsRole: "StateMachineRole",
  stepFunctionsEventRole: "EventRole",
  stepFunctionsPrefix: "StepFunctionsPrefix",
} as const;

const FROM_TEMPLATE = "make one from the template: millrace configure aws --template > millrace.yaml";

/** What a stack of our template made. */
export interface StackSettings {
  readonly settings: AwsSettings;
  /** The queue for steps with a GPU, if it has one: a step names it itself. */
  readonly gpuQueue: string | null;
}

/** @throws MillraceError if there is no such stack, it is not finished, or not of our template */
export async function stackSettings(aws: AwsSetup, name: string): Promise<StackSettings> {
  const stack = await described(aws, name);
  const problem = (because: string, details: string[]) =>
    new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: `Cannot take settings from the stack ${name} because ${because}`,
      details,
      hint: FROM_TEMPLATE,
    });
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(stack.status))
    throw problem(`it is not complete: ${stack.status}`, ["wanted: CREATE_COMPLETE or UPDATE_COMPLETE"]);
  const entries = Object.entries(OUTPUTS).map(([key, output]) => ({ key, output, value: stack.outputs[output] }));
  const lacking = entries.filter(({ value }) => value === undefined).map(({ output }) => output);
  if (lacking.length > 0)
    throw problem(`it lacks outputs: ${lacking.join(", ")}`, [
      `outputs: ${Object.keys(stack.outputs).sort().join(", ") || "none"}`,
    ]);
  const later = Object.entries(LATER_OUTPUTS).map(([key, output]) => ({ key, value: stack.outputs[output] }));
  const known = [...entries, ...later].filter(({ value }) => value !== undefined);
  return {
    settings: Object.fromEntries(known.map(({ key, value }) => [key, value])),
    gpuQueue: stack.outputs["GpuJobQueue"] ?? null,
  };
}

async function described(aws: AwsSetup, name: string) {
  try {
    const stack = await aws.stack(name);
    if (stack !== null) return stack;
    const meant = nearest(name, await aws.stackNames());
    throw new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: `Cannot take settings from the stack ${name} because this account and region have none of that name`,
      hint: meant === null ? `check --region and AWS_PROFILE, or ${FROM_TEMPLATE}` : `did you mean ${meant}?`,
    });
  } catch (error) {
    throw awsError(error, `read the stack ${name}`);
  }
}
