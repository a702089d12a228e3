import type { ResourceSettings } from "../../../../sdk/base/step-settings.ts";
import type { FlowGraph } from "../../../graph/flow-graph.ts";
import type { AdmittedNeeds } from "../../../launch/engines/admitted-needs.ts";
import type { StepEngines } from "../../../launch/engines/chosen-engines.ts";
import { MEMORY_RESERVE } from "../../../launch/engines/shared-machine.ts";
import { stepNeeds } from "../../../launch/engines/step-needs.ts";
import type { Settings } from "../../../settings/read-settings.ts";

export interface AdmittedTextOptions {
  readonly engines: StepEngines;
  readonly settings: Settings;
  readonly admitted: ReadonlyMap<string, AdmittedNeeds>;
}

/** What `--admit usage` counts for each step of this machine that asks for something, and which it does not know. */
export function admittedText(graph: FlowGraph, { engines, settings, admitted }: AdmittedTextOptions): string[] {
  const here = graph.steps.filter(({ name }) => engines.get(name)?.computesHere(settings) ?? true);
  const asking = here.filter(({ name, settings: own }) => own.resources !== undefined && admitted.has(name));
  const unknown = here.flatMap(({ name }) => (admitted.has(name) ? [] : [name]));
  const counted = asking.map(({ name, settings: own }) => {
    const [{ cpu, memoryMb } = { cpu: 1, memoryMb: 0 }] = stepNeeds(graph, name, admitted.get(name));
    return `${name}: counts as cpu ${cpu} and memory ${memoryMb} MB, as past tasks used; asks for ${askedText(own.resources)}`;
  });
  return [
    ...counted,
    ...(unknown.length === 0 ? [] : [`${unknown.join(", ")}: no past runs; what they ask for counts`]),
    `${MEMORY_RESERVE * 100} % of the memory is kept free, as some tasks take more than past ones`,
  ];
}

function askedText(resources: ResourceSettings | undefined): string {
  if (resources === undefined) return "nothing";
  const { cpu, memoryMb, asked = [] } = resources;
  const named = [
    ...(asked.includes("cpu") ? [`cpu ${cpu}`] : []),
    ...(asked.includes("memoryMb") ? [`memory ${memoryMb} MB`] : []),
  ];
  return named.length === 0 ? "neither" : named.join(" and ");
}
