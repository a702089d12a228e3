import { deployedTask, finishingTask, TASK_VARIABLES } from "../deployed-task.ts";
import type { DeploymentPlan } from "../deployer.ts";
import type { FrameStep, Go } from "../frames/frame.ts";
import { type DistinctNames, templateName } from "./argo-name.ts";
import { type ArgoOutput, type ArgoTemplate, AT, CASE, CONCLUDE, inputOf, SIZE } from "./argo-template.ts";
import { podOfStep } from "./pod-of-step.ts";
import { retryStrategy } from "./retry-strategy.ts";

/** Files of the container in which its task tells. */
const FILES = { [SIZE]: "/tmp/millrace-size", [CASE]: "/tmp/millrace-case" } as const;
const FIRE = "{{workflow.uid}}";
/** What started the workflow, as JSON: see `TASK_VARIABLES.trigger`. */
export const TRIGGER = "trigger";

type Told = keyof typeof FILES;

/** What a block of tasks has to know of a step. */
export interface StepTemplate {
  /** Which template a task of it calls. */
  readonly template: string;
  readonly all: readonly ArgoTemplate[];
}

/**
 * The templates of a step: its container; around it, where `@catchError` may have to conclude what died, a block of two tasks.
 * @param isNested - whether it lies within a split, and so is told in which child
 */
export function stepTemplates(
  plan: DeploymentPlan,
  of: { readonly step: FrameStep; readonly isNested: boolean; readonly names: DistinctNames },
): StepTemplate {
  const { step, isNested, names } = of;
  const { retry, catchAs, concurrency } = step.node.settings;
  const isCaught = catchAs !== undefined;
  const name = names.add(templateName(step.step));
  const told = toldBy(step.goes);
  const at = isNested ? [{ name: AT }] : [];
  const inner = isCaught ? names.add(`${name}-attempts`) : name;
  const parameters = [...at, ...(isCaught ? [{ name: CONCLUDE, value: "" }] : [])];
  const container: ArgoTemplate = {
    name: inner,
    ...(parameters.length === 0 ? {} : { inputs: { parameters } }),
    ...(told === null ? {} : { outputs: { parameters: [{ name: told, valueFrom: { path: FILES[told] } }] } }),
    ...(retry === undefined || retry.times === 0 ? {} : { retryStrategy: retryStrategy(retry) }),
    ...(concurrency === undefined ? {} : { synchronization: oneAtATime(concurrency.key ?? step.step) }),
    ...podOfStep(plan, {
      task: deployedTask(plan, step.step),
      variables: variablesOf(plan, { ...of, told, isCaught }),
    }),
  };
  if (!isCaught) return { template: name, all: [container] };
  return { template: name, all: [concluding({ name, inner, isNested, told }), container] };
}

/** The exit handler, which Argo calls however the workflow ended. */
export function finishTemplate(plan: DeploymentPlan, names: DistinctNames): ArgoTemplate {
  const variables = {
    [TASK_VARIABLES.fire]: FIRE,
    [TASK_VARIABLES.finish]: "{{=workflow.status == 'Succeeded' ? 'succeeded' : 'failed'}}",
  };
  return {
    name: names.add("finish"),
    // Until it has, the run counts as going on.
    retryStrategy: { limit: 4, retryPolicy: "Always", backoff: { duration: "5s", factor: 2 } },
    ...podOfStep(plan, { task: finishingTask(plan), variables }),
  };
}

function toldBy(goes: Go): Told | null {
  if (goes.kind === "switch") return CASE;
  return goes.kind === "split" && goes.split !== "branch" ? SIZE : null;
}

function variablesOf(
  { graph }: DeploymentPlan,
  of: {
    readonly step: FrameStep;
    readonly isNested: boolean;
    readonly told: Told | null;
    readonly isCaught: boolean;
  },
): Readonly<Record<string, string>> {
  const { step, isNested, told, isCaught } = of;
  return {
    [TASK_VARIABLES.fire]: FIRE,
    ...(isNested ? { [TASK_VARIABLES.at]: inputOf(AT) } : {}),
    ...(told === SIZE ? { [TASK_VARIABLES.tellSize]: FILES[SIZE] } : {}),
    ...(told === CASE ? { [TASK_VARIABLES.tellCase]: FILES[CASE] } : {}),
    ...(isCaught ? { [TASK_VARIABLES.conclude]: inputOf(CONCLUDE) } : {}),
    ...(step.step === graph.start ? { [TASK_VARIABLES.trigger]: `{{workflow.parameters.${TRIGGER}}}` } : {}),
  };
}

/** The same container once more, told to conclude, if all of its attempts failed. */
function concluding(of: {
  readonly name: string;
  readonly inner: string;
  readonly isNested: boolean;
  readonly told: Told | null;
}): ArgoTemplate {
  const { name, inner, isNested, told } = of;
  const at = isNested ? [{ name: AT, value: inputOf(AT) }] : [];
  const value = (task: string) => `tasks.${task}.outputs.parameters.${told ?? ""}`;
  const expression = `tasks.attempts.status == 'Succeeded' ? ${value("attempts")} : ${value("conclude")}`;
  const outputs: ArgoOutput[] = told === null ? [] : [{ name: told, valueFrom: { expression } }];
  return {
    name,
    ...(isNested ? { inputs: { parameters: [{ name: AT }] } } : {}),
    ...(outputs.length === 0 ? {} : { outputs: { parameters: outputs } }),
    dag: {
      tasks: [
        { name: "attempts", template: inner, ...(at.length === 0 ? {} : { arguments: { parameters: at } }) },
        {
          name: "conclude",
          template: inner,
          depends: "attempts.Failed || attempts.Errored",
          arguments: { parameters: [...at, { name: CONCLUDE, value: "1" }] },
        },
      ],
    },
  };
}

/** Of all tasks of the run that share the key one works, the others wait. */
function oneAtATime(key: string): object {
  return { mutexes: [{ name: `{{workflow.uid}}-${key}` }] };
}
