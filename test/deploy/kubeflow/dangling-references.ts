import type { PipelineComponent, PipelineDocument } from "../../../runtime/deploy/kubeflow/pipeline-document.ts";

/** What Kubeflow's protobuf takes although nothing is there: names of components, executors, tasks, inputs and outputs. */
export function danglingReferences({ root, components, deploymentSpec }: PipelineDocument): string[] {
  const all = [["root", root] as const, ...Object.entries(components)];
  return all.flatMap(([name, component]) => {
    const label = component.executorLabel;
    const isExecutorMissing = label !== undefined && deploymentSpec.executors[label] === undefined;
    const within = danglingIn(component, components).map((one) => `${name}: ${one}`);
    return isExecutorMissing ? [`${name}: no executor ${label}`, ...within] : within;
  });
}

function danglingIn(dag: PipelineComponent, components: PipelineDocument["components"]): string[] {
  const tasks = dag.dag?.tasks ?? {};
  const own = dag.inputDefinitions?.parameters ?? {};
  return Object.entries(tasks).flatMap(([name, task]) => {
    const component = components[task.componentRef.name];
    if (component === undefined) return [`${name} is of no component ${task.componentRef.name}`];
    const wanted = component.inputDefinitions?.parameters ?? {};
    const given = task.inputs?.parameters ?? {};
    const iterated = task.parameterIterator;
    const condition = task.triggerPolicy?.condition ?? "";
    const read = [...condition.matchAll(/parameter_values\['([^']*)'\]/g)].map(([, one = ""]) => one);
    return [
      ...(task.dependentTasks ?? []).filter((one) => !(one in tasks)).map((one) => `${name} waits for no task ${one}`),
      ...Object.keys(given)
        .filter((one) => !(one in wanted))
        .map((one) => `${name} gives ${one}, which it does not take`),
      ...Object.entries(wanted)
        .filter(([one, { isOptional }]) => isOptional !== true && !(one in given) && iterated?.itemInput !== one)
        .map(([one]) => `${name} lacks ${one}`),
      ...read.filter((one) => !(one in given)).map((one) => `${name} is chosen by ${one}, which it does not get`),
      ...(iterated === undefined || iterated.items.inputParameter in given ? [] : [`${name} loops over nothing`]),
      ...Object.values(given).flatMap((input) => {
        if ("componentInputParameter" in input)
          return input.componentInputParameter in own
            ? []
            : [`${name} takes no input ${input.componentInputParameter}`];
        const producer =
          "taskFinalStatus" in input ? input.taskFinalStatus.producerTask : input.taskOutputParameter.producerTask;
        const made = components[tasks[producer]?.componentRef.name ?? ""];
        if (made === undefined) return [`${name} takes what no task ${producer} makes`];
        if (!task.dependentTasks?.includes(producer)) return [`${name} does not wait for ${producer}`];
        if ("taskFinalStatus" in input) return [];
        const key = input.taskOutputParameter.outputParameterKey;
        return key in (made.outputDefinitions?.parameters ?? {})
          ? []
          : [`${name} takes ${key}, which ${producer} does not make`];
      }),
    ];
  });
}
