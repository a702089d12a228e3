import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import { deployedTask, finishingTask } from "../deployed-task.ts";
import type { DeploymentPlan } from "../deployer.ts";
import type { Frame, FrameStep } from "../frames/frame.ts";
import { kubeflowName } from "./kubeflow-name.ts";
import type {
  KubeflowType,
  PipelineComponent,
  PipelineContainer,
  PipelineDocument,
  KubeflowInput,
  PipelineTask,
} from "./pipeline-document.ts";
import { postDominators } from "./post-dominators.ts";
import { inputOf, PARAMETERS, placeInput, stepContainer, type StepContainerOptions } from "./step-container.ts";

/** Steps that several cases of a switch lead to stand in each of them: without end, cases of cases would double them. */
const MAX_TASKS = 5000;
const SDK_VERSION = "kfp-2.17.3";
/** No step's: those have another dash before their last eight letters, or none. */
const FLOW = "millrace-flow";
const FINISH = "millrace-finish";
const NOT_CACHED = {} as const;

/** A deployment as a pipeline of Kubeflow's: what follows a foreach or a switch waits for a component that holds it. */
export function pipelineSpec(plan: DeploymentPlan): PipelineDocument {
  const writer = new PipelineWriter(plan);
  return writer.document();
}

/** Where tasks are written: within how many splits by foreach, and in which frame. */
interface Place {
  readonly frame: Frame;
  readonly depth: number;
  /** Which child of each enclosing split: a foreach's comes as an input, a branch's is known. */
  readonly at: readonly string[];
  readonly tasks: Record<string, PipelineTask>;
}

class PipelineWriter {
  readonly #plan: DeploymentPlan;
  readonly #components: Record<string, PipelineComponent> = {};
  readonly #executors: Record<string, { readonly container: PipelineContainer }> = {};
  #taskCount = 0;
  #dagCount = 0;

  constructor(plan: DeploymentPlan) {
    this.#plan = plan;
  }

  document(): PipelineDocument {
    const { frame, name, version, graph } = this.#plan;
    const tasks: Record<string, PipelineTask> = {};
    this.#write({ frame, depth: 0, at: [], tasks }, { from: frame.entry, until: null, after: [] });
    const given = { [PARAMETERS.given]: STRUCT };
    this.#components[FLOW] = { dag: { tasks }, inputDefinitions: { parameters: given } };
    this.#step(FINISH, finishingTask(this.#plan), {
      ...{ depth: 0, at: [], tells: null, takes: "status" },
      concludes: false,
    });
    const root: Record<string, PipelineTask> = {
      [FLOW]: {
        ...task(FLOW),
        inputs: { parameters: { [PARAMETERS.given]: { componentInputParameter: PARAMETERS.given } } },
      },
      [FINISH]: {
        ...task(FINISH),
        dependentTasks: [FLOW],
        inputs: { parameters: { [PARAMETERS.status]: { taskFinalStatus: { producerTask: FLOW } } } },
        triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
        retryPolicy: { maxRetryCount: 3, backoffDuration: "30s", backoffFactor: 2 },
      },
    };
    return {
      pipelineInfo: {
        name: name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
        description: `${graph.flow}, version ${version.version} of the deployment ${name}`,
      },
      schemaVersion: "2.1.0",
      sdkVersion: SDK_VERSION,
      root: { dag: { tasks: root }, inputDefinitions: { parameters: given } },
      components: this.#components,
      deploymentSpec: { executors: this.#executors },
    };
  }

  /** Writes the tasks from one step of the frame on: to its end, or until another step. */
  #write(place: Place, of: { from: string; until: string | null; after: readonly string[] }): void {
    const byName = new Map(place.frame.steps.map((each) => [each.step, each]));
    const meetings = postDominators(place.frame);
    let after = of.after;
    let at: string | null = of.from;
    while (at !== null && at !== of.until) {
      const each = byName.get(at);
      if (each === undefined) throw brokenInvariant(`${at} is not in its frame`);
      const { goes } = each;
      const name = this.#task(place, { each, after });
      after = [name];
      switch (goes.kind) {
        case "end":
        case "arrive":
          return;
        case "to":
          at = goes.step;
          break;
        case "split":
          after = this.#bodies(place, { each, name });
          at = goes.join;
          break;
        case "switch": {
          const meeting: string | null = meetings.get(at) ?? null;
          after = [this.#ways(place, { name, cases: goes.cases, meeting })];
          at = meeting;
        }
      }
    }
  }

  #task({ depth, at, tasks }: Place, { each, after }: { each: FrameStep; after: readonly string[] }): string {
    const { step, node } = each;
    this.#count();
    const name = kubeflowName(step);
    const takes = step === this.#plan.graph.start ? "parameters" : null;
    const concludes = node.settings.catchAs !== undefined;
    this.#step(name, deployedTask(this.#plan, step), { depth, at, tells: toldBy(each), takes, concludes });
    const given = takes === null ? {} : { [PARAMETERS.given]: { componentInputParameter: PARAMETERS.given } };
    tasks[name] = {
      ...task(name, step),
      ...dependent(after),
      ...inputs({ ...placesOf(depth), ...given }),
      ...retriesOf(node.settings),
    };
    return name;
  }

  /** @returns the tasks that hold what the split opens */
  #bodies({ depth, at, tasks }: Place, { each, name }: { each: FrameStep; name: string }): string[] {
    const { goes } = each;
    if (goes.kind !== "split") throw brokenInvariant(`${each.step} does not split`);
    const isForeach = goes.split === "foreach";
    return goes.bodies.map((frame, index) => {
      const inner: Record<string, PipelineTask> = {};
      const innerDepth = isForeach ? depth + 1 : depth;
      const own = isForeach ? inputOf(placeInput(depth)) : String(index);
      this.#write(
        { frame, depth: innerDepth, at: [...at, own], tasks: inner },
        { from: frame.entry, until: null, after: [] },
      );
      const list = channel(name, PARAMETERS.items);
      const component = this.#dag(name, inner, {
        ...placeTypes(innerDepth),
        ...(isForeach ? { [list]: { parameterType: "LIST" } } : {}),
      });
      const held = `${name}-${isForeach ? "each" : `path-${index + 1}`}`;
      tasks[held] = {
        ...task(component, held),
        dependentTasks: [name],
        ...inputs({ ...placesOf(depth), ...(isForeach ? { [list]: outputOf(name, PARAMETERS.items) } : {}) }),
        ...(isForeach ? { parameterIterator: { itemInput: placeInput(depth), items: { inputParameter: list } } } : {}),
      };
      return held;
    });
  }

  /**
   * All ways of a switch in one component. What follows waits for that: Kubeflow would pass over a task that waits for one
   * that was passed over.
   */
  #ways(
    place: Place,
    of: { name: string; cases: Readonly<Record<string, string | null>>; meeting: string | null },
  ): string {
    const { frame, depth, at, tasks } = place;
    const { name, cases, meeting } = of;
    const chosen = channel(name, PARAMETERS.case);
    const types: Record<string, KubeflowType> = { ...placeTypes(depth), [chosen]: { parameterType: "STRING" } };
    const passed = { ...placesOf(depth), [chosen]: { componentInputParameter: chosen } };
    const arms: Record<string, PipelineTask> = {};
    for (const target of new Set(Object.values(cases))) {
      if (target === null || target === meeting) continue;
      const inner: Record<string, PipelineTask> = {};
      this.#write({ frame, depth, at, tasks: inner }, { from: target, until: meeting, after: [] });
      const arm = `to-${kubeflowName(target)}`;
      const names = Object.keys(cases).filter((one) => cases[one] === target);
      const condition = names.map((one) => `inputs.parameter_values['${chosen}'] == ${celText(one)}`).join(" || ");
      arms[arm] = { ...task(this.#dag(arm, inner, types), arm), ...inputs(passed), triggerPolicy: { condition } };
    }
    const held = `${name}-ways`;
    // A component without tasks is none.
    if (Object.keys(arms).length === 0) return name;
    tasks[held] = {
      ...task(this.#dag(name, arms, types), held),
      dependentTasks: [name],
      ...inputs({ ...placesOf(depth), [chosen]: outputOf(name, PARAMETERS.case) }),
    };
    return held;
  }

  /** @returns the name of a component that holds these tasks */
  #dag(like: string, tasks: Record<string, PipelineTask>, parameters: Record<string, KubeflowType>): string {
    this.#dagCount += 1;
    const name = `comp-${like}-${this.#dagCount}`;
    const inputDefinitions = Object.keys(parameters).length === 0 ? {} : { inputDefinitions: { parameters } };
    this.#components[name] = { dag: { tasks }, ...inputDefinitions };
    return name;
  }

  #step(
    name: string,
    deployed: ReturnType<typeof deployedTask>,
    of: StepContainerOptions & { readonly depth: number },
  ): void {
    const { depth, tells, takes } = of;
    const taken: Record<string, KubeflowType> = {
      ...placeTypes(depth),
      ...(takes === "parameters" ? { [PARAMETERS.given]: STRUCT } : {}),
      ...(takes === "status" ? { [PARAMETERS.status]: { parameterType: "TASK_FINAL_STATUS", isOptional: true } } : {}),
    };
    const told: Record<string, KubeflowType> = {
      ...(tells === "items" ? { [PARAMETERS.items]: { parameterType: "LIST" } } : {}),
      ...(tells === "case" ? { [PARAMETERS.case]: { parameterType: "STRING" } } : {}),
    };
    this.#executors[`exec-${name}`] = { container: stepContainer(deployed, of) };
    this.#components[name] = {
      executorLabel: `exec-${name}`,
      ...(Object.keys(taken).length === 0 ? {} : { inputDefinitions: { parameters: taken } }),
      ...(tells === null ? {} : { outputDefinitions: { parameters: told } }),
    };
  }

  #count(): void {
    this.#taskCount += 1;
    if (this.#taskCount <= MAX_TASKS) return;
    const { flow } = this.#plan.graph;
    throw new MillraceError({
      code: "MILLRACE_TARGET",
      headline: `Cannot deploy ${flow} to Kubeflow because its switches lead into each other: more than ${MAX_TASKS} tasks`,
      hint: "let the cases of a switch meet in one step before the next switch, or deploy local: that runs every flow",
    });
  }
}

const STRUCT: KubeflowType = { parameterType: "STRUCT", defaultValue: {}, isOptional: true };

function task(
  component: string,
  shown = component,
): Pick<PipelineTask, "taskInfo" | "componentRef" | "cachingOptions"> {
  return { taskInfo: { name: shown }, componentRef: { name: component }, cachingOptions: NOT_CACHED };
}

function dependent(after: readonly string[]): Pick<PipelineTask, "dependentTasks"> {
  return after.length === 0 ? {} : { dependentTasks: after };
}

function inputs(parameters: Readonly<Record<string, KubeflowInput>>): Pick<PipelineTask, "inputs"> {
  return Object.keys(parameters).length === 0 ? {} : { inputs: { parameters } };
}

function placesOf(depth: number): Record<string, KubeflowInput> {
  const names = Array.from({ length: depth }, (_, at) => placeInput(at));
  return Object.fromEntries(names.map((name) => [name, { componentInputParameter: name }]));
}

function placeTypes(depth: number): Record<string, KubeflowType> {
  const names = Array.from({ length: depth }, (_, at) => placeInput(at));
  return Object.fromEntries(names.map((name) => [name, { parameterType: "NUMBER_INTEGER" }]));
}

function outputOf(producerTask: string, outputParameterKey: string): KubeflowInput {
  return { taskOutputParameter: { producerTask, outputParameterKey } };
}

/** As Kubeflow's own compiler names what one task hands to others: tools look for it. */
function channel(name: string, output: string): string {
  return `pipelinechannel--${name}-${output}`;
}

function celText(text: string): string {
  return `'${text.replace(/[\\']/g, (one) => `\\${one}`)}'`;
}

function toldBy({ goes }: FrameStep): "items" | "case" | null {
  if (goes.kind === "switch") return "case";
  return goes.kind === "split" && goes.split === "foreach" ? "items" : null;
}

/** The attempt after the last lets `@catchError` conclude: the task finds out by itself which one it is. */
function retriesOf({ retry, catchAs }: StepSettings): Pick<PipelineTask, "retryPolicy"> {
  const count = (retry?.times ?? 0) + (catchAs === undefined ? 0 : 1);
  if (count === 0) return {};
  const seconds = (ms: number) => `${ms / 1000}s`;
  return {
    retryPolicy: {
      maxRetryCount: count,
      ...(retry === undefined ? {} : { backoffDuration: seconds(retry.delayMs), backoffFactor: retry.backoff }),
      ...(retry?.maxDelayMs == null ? {} : { backoffMaxDuration: seconds(retry.maxDelayMs) }),
    },
  };
}
