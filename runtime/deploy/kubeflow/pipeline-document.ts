/** A pipeline as Kubeflow's protobuf `PipelineSpec` has it in JSON. */
export interface PipelineDocument {
  readonly pipelineInfo: { readonly name: string; readonly description: string };
  readonly schemaVersion: "2.1.0";
  readonly sdkVersion: string;
  readonly root: PipelineComponent;
  readonly components: Readonly<Record<string, PipelineComponent>>;
  readonly deploymentSpec: { readonly executors: Readonly<Record<string, { readonly container: PipelineContainer }>> };
}

export interface PipelineComponent {
  readonly dag?: { readonly tasks: Readonly<Record<string, PipelineTask>> };
  readonly executorLabel?: string;
  readonly inputDefinitions?: { readonly parameters: Readonly<Record<string, KubeflowType>> };
  readonly outputDefinitions?: { readonly parameters: Readonly<Record<string, KubeflowType>> };
}

export interface KubeflowType {
  readonly parameterType: "LIST" | "NUMBER_INTEGER" | "STRING" | "STRUCT" | "TASK_FINAL_STATUS";
  readonly defaultValue?: unknown;
  readonly isOptional?: boolean;
}

export interface PipelineTask {
  readonly taskInfo: { readonly name: string };
  readonly componentRef: { readonly name: string };
  readonly dependentTasks?: readonly string[];
  readonly inputs?: { readonly parameters: Readonly<Record<string, KubeflowInput>> };
  readonly cachingOptions: Readonly<Record<string, never>>;
  readonly retryPolicy?: Readonly<Record<string, unknown>>;
  readonly triggerPolicy?: { readonly condition?: string; readonly strategy?: "ALL_UPSTREAM_TASKS_COMPLETED" };
  readonly parameterIterator?: { readonly itemInput: string; readonly items: { readonly inputParameter: string } };
}

export type KubeflowInput =
  | { readonly componentInputParameter: string }
  | { readonly taskOutputParameter: { readonly producerTask: string; readonly outputParameterKey: string } }
  | { readonly taskFinalStatus: { readonly producerTask: string } };

export interface PipelineContainer {
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: Readonly<Record<string, unknown>>;
}
