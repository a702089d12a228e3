import { type DeployedTask, TASK_VARIABLES } from "../deployed-task.ts";
import type { PipelineContainer } from "./pipeline-document.ts";

export interface StepContainerOptions {
  /** Which child it is of each enclosing split, outermost first: what stands in a command. */
  readonly at: readonly string[];
  readonly tells: "items" | "case" | null;
  /** The run's own input, or how it has ended. */
  readonly takes: "parameters" | "status" | null;
  /** One attempt more than the step says lets `@catchError` conclude: Kubeflow cannot say which one it starts. */
  readonly concludes: boolean;
}

/** Names of the parameters by which tasks speak to each other. kfp finds a list to loop over by the name `Output` alone. */
export const PARAMETERS = { items: "Output", case: "case", given: "parameters", status: "status" } as const;

/** The input that says which child of the enclosing split at that depth a task belongs to. */
export function placeInput(depth: number): string {
  return `at${depth}`;
}

/** Makes folders for what is told, says how the pipeline has ended, and becomes the command. */
const SCRIPT = `for f in "$${TASK_VARIABLES.tellItems}" "$${TASK_VARIABLES.tellCase}"; do [ -z "$f" ] || mkdir -p "$(dirname "$f")"; done
case "$STATUS" in "") ;; *'"state":"SUCCEEDED"'*|*'"state": "SUCCEEDED"'*) export ${TASK_VARIABLES.finish}=succeeded;; *) export ${TASK_VARIABLES.finish}=failed;; esac
unset STATUS; exec "$@"`;

/**
 * What a task of the step executes. What only the run knows stands in its words: Kubeflow fills in nothing in variables.
 */
export function stepContainer(
  { image, command, env, needs }: DeployedTask,
  of: StepContainerOptions,
): PipelineContainer {
  const told = {
    [TASK_VARIABLES.fire]: "{{$.pipeline_job_uuid}}",
    ...(of.at.length === 0 ? {} : { [TASK_VARIABLES.at]: of.at.join(".") }),
    ...(of.tells === "items" ? { [TASK_VARIABLES.tellItems]: outputFile(PARAMETERS.items) } : {}),
    ...(of.tells === "case" ? { [TASK_VARIABLES.tellCase]: outputFile(PARAMETERS.case) } : {}),
    ...(of.concludes ? { [TASK_VARIABLES.conclude]: "beyond" } : {}),
    ...(of.takes === "parameters" ? { [TASK_VARIABLES.trigger]: `{"parameters": ${inputOf(PARAMETERS.given)}}` } : {}),
    ...(of.takes === "status" ? { STATUS: inputOf(PARAMETERS.status) } : {}),
  };
  const words = Object.entries(told).map(([name, value]) => `${name}=${value}`);
  return {
    image: image ?? "",
    command: ["env", ...words, "sh", "-c", SCRIPT, "millrace", ...command],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    resources: {
      resourceCpuRequest: `${Math.ceil(needs.cpu * 1000)}m`,
      resourceMemoryRequest: `${Math.ceil(needs.memoryMb)}Mi`,
      resourceMemoryLimit: `${Math.ceil(needs.memoryMb)}Mi`,
      ...(needs.gpu === 0
        ? {}
        : { accelerator: { resourceCount: String(needs.gpu), resourceType: gpuResource(needs.options) } }),
    },
  };
}

function gpuResource(options: Readonly<Record<string, unknown>>): string {
  const named = options["gpuResource"];
  return typeof named === "string" ? named : "nvidia.com/gpu";
}

/** Stands for an input of the task. */
export function inputOf(name: string): string {
  return `{{$.inputs.parameters['${name}']}}`;
}

function outputFile(name: string): string {
  return `{{$.outputs.parameters['${name}'].output_file}}`;
}
