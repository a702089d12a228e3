import os from "node:os";
import process from "node:process";
import { largest } from "../../../sdk/base/largest.ts";
import { needsByAttempt } from "../../../sdk/base/needs-at.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import type { Capacity } from "../../scheduler/capacity.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { ResolvedRunOptions } from "../run/run-options.ts";
import type { StepEngines } from "./chosen-engines.ts";

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
}

/** A step may ask for a hundredth of a processor; whole numbers add up exactly. */
const CPU_UNIT = 1000;

/**
 * A task that asks for nothing takes one processor and no memory. Where no step here asks for more than that, places
 * alone say how many run, and nothing is counted.
 */
export function sharedMachine(graph: FlowGraph, { engines, settings, options }: SharedMachineOptions): SharedMachine {
  const here = graph.steps
    .map(({ name }) => name)
    .filter((step) => engines.get(step)?.computesHere(settings) ?? true)
    .flatMap((step) => needsOf(graph, step).map((needs, attempt) => ({ step, attempt, ...needs })));
  const cpu = options.maxCpu ?? Math.max(os.availableParallelism(), options.maxWorkers ?? 0);
  const memoryMb = options.maxMemoryMb ?? machineMemoryMb();
  const excesses = here.flatMap((needs): Excess[] => [
    ...(needs.isCpuAsked && needs.cpu > cpu
      ? [{ ...placeOf(needs), asked: `cpu ${needs.cpu}`, there: String(cpu) }]
      : []),
    ...(needs.memoryMb > memoryMb
      ? [{ ...placeOf(needs), asked: `memory ${needs.memoryMb} MB`, there: `${memoryMb} MB` }]
      : []),
  ]);
  const alone = new Set(excesses.map(keyOf));
  const isCpuCounted = options.maxCpu !== null || alone.size > 0 || here.some((needs) => needs.isCpuAsked);
  const isMemoryCounted = largest([0, ...here.map((needs) => needs.memoryMb)]) > 0;
  const taken = new Map(here.map((needs) => [keyOf(needs), needs]));
  const last = new Map(here.map(({ step, attempt }) => [step, attempt]));
  const capacity = (parts: Pick<Capacity, "name" | "count" | "unit">, of: "cpu" | "memoryMb"): Capacity => ({
    ...parts,
    takenBy: (step, attempt) => {
      const key = keyOf({ step, attempt: Math.min(attempt, last.get(step) ?? 0) });
      if (alone.has(key)) return parts.count;
      return Math.min(Math.round((taken.get(key)?.[of] ?? 0) * (parts.unit ?? 1)), parts.count);
    },
  });
  return {
    capacities: [
      ...(isCpuCounted
        ? [capacity({ name: "CPU", count: Math.max(Math.round(cpu * CPU_UNIT), 1), unit: CPU_UNIT }, "cpu")]
        : []),
      ...(isMemoryCounted ? [capacity({ name: "memory", count: memoryMb }, "memoryMb")] : []),
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

/** By attempt; the last one counts for all further ones. */
function needsOf(graph: FlowGraph, step: string): { cpu: number; memoryMb: number; isCpuAsked: boolean }[] {
  const { resources } = nodeOf(graph, step).settings;
  if (resources === undefined) return [{ cpu: 1, memoryMb: 0, isCpuAsked: false }];
  const { asked = [] } = resources;
  return needsByAttempt(resources).map(({ cpu, memoryMb }) => ({
    cpu,
    memoryMb: asked.includes("memoryMb") ? memoryMb : 0,
    isCpuAsked: asked.includes("cpu"),
  }));
}

/** That of the container around us, where there is one with a limit. */
function machineMemoryMb(): number {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
  return Math.floor(bytes / 2 ** 20);
}
