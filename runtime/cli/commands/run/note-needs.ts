import { largest } from "../../../../sdk/base/largest.ts";
import { needsByAttempt } from "../../../../sdk/base/needs-at.ts";
import type { Needs, StepSettings } from "../../../../sdk/base/step-settings.ts";
import { needText } from "../../../graph/draw/need-text.ts";
import type { FlowGraph, StepNode } from "../../../graph/flow-graph.ts";
import type { StepEngines } from "../../../launch/engines/chosen-engines.ts";
import { sharedGpus } from "../../../launch/engines/shared-gpus.ts";
import { sharedMachine, type SharedMachineOptions } from "../../../launch/engines/shared-machine.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import { admittedText } from "./admitted-text.ts";
import type { Output } from "../../output.ts";

export interface NoteNeedsOptions extends Pick<SharedMachineOptions, "options" | "admitted"> {
  readonly output: Output;
  readonly engines: StepEngines;
  readonly settings: Settings;
}

/** Says what steps ask for and do not get where they run, and what they share. */
export function noteNeeds(graph: FlowGraph, of: NoteNeedsOptions): void {
  const { output, engines, settings: around, options, admitted } = of;
  const { count, takenBy } = sharedGpus(graph, engines, around);
  const takesSome = ({ name, settings }: StepNode) =>
    byAttempt(settings).some((_, attempt) => takenBy(name, attempt) > 0);
  const note = (text: string) => output.note(output.colors.dim(`note: ${text}`));
  for (const step of graph.steps) {
    const { name, settings } = step;
    const wanted = mostGpus(settings);
    const parts = unenforced(settings, count);
    const { engine } = settings;
    const where = engine === undefined ? "" : `@${engine.name} names another engine, it `;
    if (!engines.has(name) && parts.length > 0)
      note(`${name}: ${where}runs on this machine; ${parts.join(", ")} not enforced here`);
    if (engines.has(name) && takesSome(step) && wanted > count)
      note(`${name}: asks for gpu ${wanted} and gets all there are: ${count}`);
  }
  const { excesses } = sharedMachine(graph, { engines, settings: around, options, admitted });
  const takes = admitted === null ? "asks for" : "takes";
  for (const { step, attempt, asked, there } of excesses)
    note(
      attempt === 0
        ? `${step}: ${takes} ${asked}, and there is ${there}: its tasks run alone`
        : `${step}: attempt ${attempt} ${takes} ${asked}, and there is ${there}: it runs alone`,
    );
  if (admitted !== null) for (const text of admittedText(graph, { engines, settings: around, admitted })) note(text);
  const sharing = graph.steps.filter(takesSome).map(({ name }) => name);
  if (sharing.length > 0)
    note(
      `${sharing.join(", ")}: tasks share ${count === 1 ? "the GPU" : `the ${count} GPUs`} of this machine (MILLRACE_GPUS=0 runs them all at once)`,
    );
}

function byAttempt({ resources }: StepSettings): readonly Needs[] {
  return resources === undefined ? [] : needsByAttempt(resources);
}

function mostGpus(settings: StepSettings): number {
  return largest([0, ...byAttempt(settings).map(({ gpu }) => gpu)]);
}

function unenforced(settings: StepSettings, count: number): string[] {
  const { resources, env } = settings;
  const gpu = mostGpus(settings);
  return [
    ...(gpu > count ? [lackingGpus(gpu, count)] : []),
    // Nothing keeps a process to them: they only say what may run beside it.
    ...(resources === undefined ? [] : [needText(resources, "cpu"), `${needText(resources, "memoryMb")} MB`]),
    ...(env?.image == null ? [] : [`image ${env.image}`]),
    ...(env?.node == null ? [] : [`node ${env.node}`]),
  ];
}

function lackingGpus(wanted: number, count: number): string {
  return count === 0 ? `gpu ${wanted}` : `gpu ${wanted} (there ${count === 1 ? "is 1" : `are ${count}`})`;
}
