import type { CreateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { BATCH_SETTINGS } from "../../engines/batch/batch-settings.ts";
import type { JobDefinition } from "../../engines/batch/job-definition.ts";
import { stepOptions } from "../../engines/batch/step-options.ts";
import { batchSettingsOf } from "../batch/batch-settings-of.ts";
import { jobDefinitions } from "../batch/job-definitions.ts";
import { deployedTask } from "../deployed-task.ts";
import type { DeploymentPlan } from "../deployer.ts";
import type { AslMachine } from "./asl-machine.ts";
import { endMachine } from "./end-machine.ts";
import { eventRules, type RuleWithTarget } from "./event-rules.ts";
import { resourceNames } from "./resource-names.ts";
import { runMachine } from "./run-machine.ts";
import { schedules } from "./schedules.ts";
import { startMachine } from "./start-machine.ts";
import { STEP_FUNCTIONS_SETTINGS } from "./step-functions-settings.ts";

/** More than that AWS takes for no definition. */
const MOST_BYTES = 1_048_576;

/** All that a deployment is on AWS, as the requests say it that make it. */
export interface StepFunctionsSpec {
  readonly jobDefinitions: readonly JobDefinition[];
  readonly stateMachines: readonly MachineSpec[];
  readonly rules: readonly RuleWithTarget[];
  readonly schedules: readonly CreateScheduleCommandInput[];
}

export interface MachineSpec {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly definition: AslMachine;
}

/** @throws MillraceError where a role, the region or a queue is not set */
export function stepFunctionsSpec(plan: DeploymentPlan): StepFunctionsSpec {
  const names = resourceNames(plan);
  const { role, eventRole, arnOf } = placeOfMachines(plan);
  const { triggers } = plan.version;
  const isStarted = triggers.schedules.length + triggers.events.length + triggers.finishes.length > 0;
  const machine = { name: names.machine, arn: arnOf(names.machine), roleArn: role, definition: runMachine(plan) };
  const starter = {
    ...{ name: names.starter, arn: arnOf(names.starter), roleArn: role },
    definition: startMachine(names.machine),
  };
  const ender = {
    ...{ name: names.ended, arn: arnOf(names.ended), roleArn: role },
    definition: endMachine(plan, names.machine),
  };
  refuseLong(plan, machine);
  const common = { role: eventRole, starter: starter.arn, isPaused: plan.isPaused === true };
  return {
    jobDefinitions: definitionsOf(plan),
    stateMachines: [machine, ender, ...(isStarted ? [starter] : [])],
    rules: eventRules({ ...common, version: plan.version, names, machine: machine.arn, ender: ender.arn }),
    schedules: schedules({
      ...common,
      ...{ rules: triggers.schedules, now: plan.version.time, nameOf: (index) => names.schedule(index) },
    }),
  };
}

/** @throws MillraceError where nothing names a queue for a step */
function definitionsOf(plan: DeploymentPlan): readonly JobDefinition[] {
  const settings = batchSettingsOf(plan);
  const queues = plan.graph.steps.map(({ name }) => stepOptions(deployedTask(plan, name).needs, settings).queue);
  if (queues.includes(null)) throw notSet("a job queue", BATCH_SETTINGS.queue);
  return jobDefinitions(plan);
}

interface MachinePlace {
  readonly role: string;
  readonly eventRole: string;
  arnOf(machine: string): string;
}

const ROLE = /^arn:([a-z-]+):iam::(\d{12}):role\/\S+$/;

function placeOfMachines({ settings }: DeploymentPlan): MachinePlace {
  const own = settings.engine(STEP_FUNCTIONS_SETTINGS);
  const role = own.role ?? raise(notSet("the role of the state machine", STEP_FUNCTIONS_SETTINGS.role));
  const eventRole = own.eventRole ?? raise(notSet("the role that starts it", STEP_FUNCTIONS_SETTINGS.eventRole));
  for (const [name, arn] of [["role", role] as const, ["eventRole", eventRole] as const])
    if (!ROLE.test(arn)) throw noRole(STEP_FUNCTIONS_SETTINGS[name].variable, arn);
  const [, partition = "", account = ""] = ROLE.exec(role) ?? [];
  const region = settings.awsPlace["AWS_REGION"];
  if (region === undefined || region === "") throw noRegion();
  const start = `arn:${partition}:states:${region}:${account}:stateMachine:`;
  return { role, eventRole, arnOf: (machine) => `${start}${machine}` };
}

function raise(error: Error): never {
  throw error;
}

function notSet(what: string, { variable, key }: { readonly variable: string; readonly key: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot deploy to Step Functions because ${what} is not set`,
    details: [`wanted: ${variable}, or "${key}" in millrace.config.json`],
    hint: "docs/production.md says what the roles have to allow; `millrace configure aws` finds the queue",
  });
}

function noRole(variable: string, seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot deploy to Step Functions because ${variable} is not the ARN of a role: ${seen}`,
    hint: "write it as arn:aws:iam::123456789012:role/NAME",
  });
}

function noRegion(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: "Cannot deploy to Step Functions because no region is set",
    hint: "set AWS_REGION; it has to be that of the bucket",
  });
}

function refuseLong({ version: { flow } }: DeploymentPlan, { definition }: MachineSpec): void {
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes <= MOST_BYTES) return;
  throw new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot deploy ${flow} to Step Functions because its definition is too long: ${bytes} bytes`,
    details: [`wanted: at most ${MOST_BYTES}`],
    hint: "split the flow into several, the one after the other with @triggerOnFinish",
  });
}
