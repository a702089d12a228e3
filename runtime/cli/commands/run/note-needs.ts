import type { StepSettings } from "../../../../sdk/base/step-settings.ts";
import type { FlowGraph } from "../../../graph/flow-graph.ts";
import type { StepEngines } from "../../../launch/engines/chosen-engines.ts";
import { sharedGpus } from "../../../launch/engines/shared-gpus.ts";
import { sharedMachine, type SharedMachineOptions } from "../../../launch/engines/shared-machine.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import type { Output } from "../../output.ts";

export interface NoteNeedsOptions extends Pick<SharedMachineOptions, "options"> {
  readonly output: Output;
  readonly engines: StepEngines;
  readonly settings: Settings;
}

/** Says what steps ask for and do not get where they run, and what they share. */
export function noteNeeds(graph: FlowGraph, { output, engines, settings: around, options }: NoteNeedsOptions): void {
  const { count, takenBy } = sharedGpus(graph, engines, around);
  const note = (text: string) => output.note(output.colors.dim(`note: ${text}`));
  for (const { name, settings } of graph.steps) {
    const wanted = settings.resources?.gpu ?? 0;
    const parts = unenforced(settings, count);
    const { engine } = settings;
    const where = engine === undefined ? "" : `@${engine.name} names another engine, it `;
    if (!engines.has(name) && parts.length > 0)
      note(`${name}: ${where}runs on this machine; ${parts.join(", ")} not enforced here`);
    if (engines.has(name) && takenBy(name) > 0 && wanted > count)
      note(`${name}: asks for gpu ${wanted} and gets all there are: ${count}`);
  }
  for (const { step, asked, there } of sharedMachine(graph, { engines, settings: around, options }).excesses)
    note(`${step}: asks for ${asked}, and there is ${there}: its tasks run alone`);
  const sharing = graph.steps.flatMap(({ name }) => (takenBy(name) > 0 ? [name] : []));
  if (sharing.length > 0)
    note(
      `${sharing.join(", ")}: tasks share ${count === 1 ? "the GPU" : `the ${count} GPUs`} of this machine (MILLRACE_GPUS=0 runs them all at once)`,
    );
}

function unenforced({ resources, env }: StepSettings, count: number): string[] {
  return [
    ...(resources !== undefined && resources.gpu > count ? [lackingGpus(resources.gpu, count)] : []),
    // Nothing keeps a process to them: they only say what may run beside it.
    ...(resources === undefined ? [] : [`cpu ${resources.cpu}`, `memory ${resources.memoryMb} MB`]),
    ...(env?.image == null ? [] : [`image ${env.image}`]),
    ...(env?.node == null ? [] : [`node ${env.node}`]),
  ];
}

function lackingGpus(wanted: number, count: number): string {
  return count === 0 ? `gpu ${wanted}` : `gpu ${wanted} (there ${count === 1 ? "is 1" : `are ${count}`})`;
}
