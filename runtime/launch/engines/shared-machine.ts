import os from "node:os";
import process from "node:process";
import { largest } from "../../../sdk/base/largest.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Capacity } from "../../scheduler/capacity.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { ResolvedRunOptions } from "../run/run-options.ts";
import type { AdmittedNeeds } from "./admitted-needs.ts";
import type { StepEngines } from "./chosen-engines.ts";
import { type StepNeeds, stepNeeds } from "./step-needs.ts";

/** What tasks on this machine share of it beside its GPUs. */
export interface SharedMachine {
  readonly capacities: readonly Capacity[];
  /** What steps ask for beyond all that there is: their tasks run alone. */
  readonly excesses: readonly Excess[];
}

export interface Excess {
  readonly step: string;
  /** The first attempt that asks for it. */
  readonly attempt: number;
  /** `cpu 8`, `memory 64000 MB`. */
  readonly asked: string;
  readonly there: string;
}

export interface SharedMachineOptions {
  readonly engines: StepEngines;
  readonly settings: Settings;
  readonly options: Pick<ResolvedRunOptions, "maxCpu" | "maxMemoryMb" | "maxWorkers">;
  /** What past tasks used, by step; null where tasks are packed by what they ask for. */
  readonly admitted: ReadonlyMap<string, AdmittedNeeds> | null;
}

/** Kept free where tasks are packed by what past ones used: 5 of 100 take more. Too few processors only make them slower. */
export const MEMORY_RESERVE = 0.2;

/** A step may ask for a hundredth of a processor; whole numbers add up exactly. */
const CPU_UNIT = 1000;

/**
 * Where no step here asks for more than a processor, and of none it is known what it takes, places alone say how many
 * tasks run, and nothing is counted.
 */
export function sharedMachine(graph: FlowGraph, of: SharedMachineOptions): SharedMachine {
  const { engines, settings, options, admitted } = of;
  const here = graph.steps
    .map(({ name }) => name)
    .filter((step) => engines.get(step)?.computesHere(settings) ?? true)
    .flatMap((step) => stepNeeds(graph, step, admitted?.get(step)));
  const cpu = options.maxCpu ?? Math.max(os.availableParallelism(), options.maxWorkers ?? 0);
  const memoryMb = options.maxMemoryMb ?? machineMemoryMb();
  const packedMb = admitted === null ? memoryMb : Math.max(Math.floor(memoryMb * (1 - MEMORY_RESERVE)), 1);
  const excesses = here.flatMap((needs): Excess[] => [
    ...(needs.isCpuKnown && needs.cpu > cpu
      ? [{ ...placeOf(needs), asked: `cpu ${needs.cpu}`, there: String(cpu) }]
      : []),
    ...(needs.memoryMb > memoryMb
      ? [{ ...placeOf(needs), asked: `memory ${needs.memoryMb} MB`, there: `${memoryMb} MB` }]
      : []),
  ]);
  const alone = new Set(excesses.map(keyOf));
  const isCpuCounted = options.maxCpu !== null || alone.size > 0 || here.some((needs) => needs.isCpuKnown);
  const isMemoryCounted = largest([0, ...here.map((needs) => needs.full.memoryMb)]) > 0;
  const taken = new Map(here.map((needs) => [keyOf(needs), needs]));
  const last = new Map(here.map(({ step, attempt }) => [step, attempt]));
  const capacity = (parts: Pick<Capacity, "name" | "count" | "unit">, need: "cpu" | "memoryMb"): Capacity => {
    const amountFor = (which: (needs: StepNeeds) => StepNeeds["full"]) => (step: string, attempt: number) => {
      const key = keyOf({ step, attempt: Math.min(attempt, last.get(step) ?? 0) });
      const needs = taken.get(key);
      if (needs === undefined) return 0;
      return alone.has(key) ? parts.count : Math.min(Math.round(which(needs)[need] * (parts.unit ?? 1)), parts.count);
    };
    if (admitted === null) return { ...parts, takenBy: amountFor((needs) => needs) };
    // A container has its own limit, which is what the step asks for; too few processors only make a task slower.
    const hurts = (step: string, attempt: number) =>
      need === "memoryMb" &&
      engines.get(step) === undefined &&
      amountFor((needs) => needs.full)(step, attempt) > amountFor((needs) => needs)(step, attempt);
    return { ...parts, takenBy: amountFor((needs) => needs), fullyTakenBy: amountFor((needs) => needs.full), hurts };
  };
  return {
    capacities: [
      ...(isCpuCounted
        ? [capacity({ name: "CPU", count: Math.max(Math.round(cpu * CPU_UNIT), 1), unit: CPU_UNIT }, "cpu")]
        : []),
      ...(isMemoryCounted ? [capacity({ name: "memory", count: packedMb }, "memoryMb")] : []),
    ],
    excesses,
  };
}

function placeOf<Place extends Pick<Excess, "step" | "attempt">>({ step, attempt }: Place) {
  return { step, attempt };
}

function keyOf({ step, attempt }: Pick<Excess, "step" | "attempt">): string {
  return `${attempt} ${step}`;
}

/** That of the container around us, where there is one with a limit. */
export function machineMemoryMb(): number {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
  return Math.floor(bytes / 2 ** 20);
}
