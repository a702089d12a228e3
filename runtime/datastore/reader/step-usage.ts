import { needsAt } from "../../../sdk/base/needs-at.ts";
import { DEFAULT_RESOURCES, type ResourceSettings } from "../../../sdk/base/step-settings.ts";
import { largest } from "../../../sdk/base/largest.ts";
import { type AttemptUse, attemptUses } from "./attempt-uses.ts";
import type { TaskUsage, UsageGap } from "../run-event.ts";
import type { RunSummary } from "./run-summary.ts";

/** What is the most, and what half and nearly all of the attempts stay below. */
export interface Spread {
  /** The least. */
  readonly min: number;
  /** Half of them stay below. */
  readonly median: number;
  /** 95 of 100 stay below. */
  readonly p95: number;
  /** The most. */
  readonly max: number;
}

/** What a step asked for, for a task's first attempt; null for what it did not name. */
export interface AskedNeeds {
  /** Processors. */
  readonly cpu: number | null;
  /** In MB of 2^20 bytes. */
  readonly memoryMb: number | null;
  /** GPUs. */
  readonly gpu: number | null;
}

/** What the attempts of a step used, in one run or several. */
export interface StepUsage {
  /** Its name. */
  readonly step: string;
  /** Where the runs were started; null where that makes no difference here. */
  readonly machine: string | null;
  /** How many runs have such attempts. */
  readonly runs: number;
  /** How many tasks these are attempts of. */
  readonly tasks: number;
  /** How many are over. */
  readonly attempts: number;
  /** Attempts whose processes could not tell: they died. What others had seen of them counts, and may be too little. */
  readonly silent: number;
  /** How many attempts lack something in their figures, by what. */
  readonly lacking: Readonly<Record<UsageGap, number>>;
  /** Attempts whose memory is an estimate: it counts processes that nobody saw by the pages that they touched. */
  readonly estimated: number;
  /** Attempts that are known to have run on Spot. */
  readonly spotAttempts: number;
  /** As the latest of the runs has it. */
  readonly asked: AskedNeeds;
  /** The engine that the latest of the runs names for the step; null where it names none. */
  readonly engine: string | null;
  /** From the start of an attempt to its end; `sum` of all. */
  readonly wallMs: Spread & {
    /** Of all attempts. */
    readonly sum: number;
  };
  /** Null where no attempt waited for anything but its delay. */
  readonly waitingMs: Spread | null;
  /** Processors at work on average over an attempt; null where none could tell, or all were too short. */
  readonly cores: Spread | null;
  /** Processor time of all attempts; null where none could tell. */
  readonly cpuMs: number | null;
  /** In MB of 2^20 bytes, as decorators name it; null where none could tell. */
  readonly memoryMb: Spread | null;
  /** The most of those attempts that ran outside of any container; null where none could tell. */
  readonly bareMemoryMb: number | null;
  /** The most that an attempt was given and that was not enough; null where none ran out of memory. */
  readonly exhaustedMb: number | null;
  /** What GPUs did; null where nobody looked at one. */
  readonly gpu: StepGpuUsage | null;
  /** By calls; null where the system does not count them. */
  readonly readBytes: number | null;
  /** The same, written. */
  readonly writtenBytes: number | null;
  /** What was asked for and not used, over time; null where the step asked for none, or no attempt could tell. */
  readonly wasted: {
    /** GB of 2^30 bytes. */
    readonly memoryGbHours: number | null;
    /** Processors. */
    readonly cpuHours: number | null;
    /** GPUs, by how busy they were. */
    readonly gpuHours: number | null;
  };
}

/** What the GPUs of a step's attempts did. */
export interface StepGpuUsage {
  /** How busy those of an attempt were on average, in percent; null where the driver does not tell. */
  readonly percent: Spread | null;
  /** The most memory in use on those of an attempt, in MB of 2^20 bytes. */
  readonly memoryMb: Spread | null;
  /** What the driver calls that of the latest attempt that could tell; null where none could. */
  readonly model: string | null;
}

/** In less time the start of a step counts for more than its work. */
const LEAST_WALL_MS = 100;
const HOUR_MS = 3_600_000;

/**
 * By step, in the order of the latest run's flow; steps without an attempt are left out.
 *
 * @param runs - of one flow, the newest first
 * @param of - `byMachine`: runs that were started on different machines are told apart
 */
export function stepUsages(runs: readonly RunSummary[], { byMachine = false } = {}): StepUsage[] {
  const [latest] = runs;
  if (latest === undefined) return [];
  const groups = new Map<string, Group>();
  for (const run of runs) {
    const machine = byMachine ? run.document.host : null;
    for (const use of attemptUses(run)) {
      if (use.isLost) continue;
      const key = JSON.stringify([use.step, machine]);
      const group = groups.get(key) ?? { step: use.step, machine, uses: [], runs: new Set(), tasks: new Set() };
      groups.set(key, group);
      group.uses.push(use);
      group.runs.add(run.run);
      group.tasks.add(`${run.run}/${use.task}`);
    }
  }
  const order = new Map(latest.document.graph.steps.map(({ name }, at) => [name, at]));
  const place = ({ step }: { step: string }) => order.get(step) ?? order.size;
  return [...groups.values()].sort((one, other) => place(one) - place(other)).map((group) => usageOf(group, runs));
}

interface Group {
  readonly step: string;
  readonly machine: string | null;
  readonly uses: AttemptUse[];
  readonly runs: Set<string>;
  readonly tasks: Set<string>;
}

function usageOf({ step, machine, uses, runs, tasks }: Group, all: readonly RunSummary[]): StepUsage {
  // What waited for a machine used nothing meanwhile.
  const told = uses.flatMap(({ usage, wallMs, attempt }) =>
    usage === null ? [] : [{ ...usage, ranMs: usage.ranMs ?? wallMs, isBare: usage.ranMs === undefined, attempt }],
  );
  const long = told.filter(({ ranMs }) => ranMs >= LEAST_WALL_MS);
  const asking = askingBy(all, step);
  const asked = askedIn(asking, 0);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const counted = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? null : sum(known);
  };
  const lacking = (gap: UsageGap) => told.filter(({ lacks }) => lacks?.includes(gap) === true).length;
  return {
    ...{ step, machine, runs: runs.size, tasks: tasks.size, attempts: uses.length, asked },
    silent: uses.filter(({ usage }) => isSilent(usage)).length,
    estimated: told.filter(({ isEstimated }) => isEstimated === true).length,
    spotAttempts: told.filter(({ isOnSpot }) => isOnSpot === true).length,
    engine: engineNamed(all, step),
    lacking: { children: lacking("children"), system: lacking("system") },
    wallMs: { ...spreadOf(uses.map(({ wallMs }) => wallMs)), sum: sum(uses.map(({ wallMs }) => wallMs)) },
    waitingMs: spreadOrNull(uses.flatMap(({ waitingMs }) => waitingMs ?? [])),
    cores: spreadOrNull(long.flatMap(({ cpuMs, ranMs }) => (cpuMs === undefined ? [] : cpuMs / ranMs))),
    cpuMs: counted(told.map(({ cpuMs }) => cpuMs)),
    memoryMb: spreadOrNull(told.flatMap(({ peakMemory }) => inMb(peakMemory) ?? [])),
    bareMemoryMb:
      spreadOrNull(told.flatMap(({ peakMemory, isBare }) => (isBare ? (inMb(peakMemory) ?? []) : [])))?.max ?? null,
    exhaustedMb: spreadOrNull(told.flatMap(({ exhausted }) => inMb(exhausted) ?? []))?.max ?? null,
    gpu: gpuUsage(told),
    readBytes: counted(told.map(({ readBytes }) => readBytes)),
    writtenBytes: counted(told.map(({ writtenBytes }) => writtenBytes)),
    wasted: {
      memoryGbHours: wasted(told, ({ attempt, peakMemory, ranMs }) => {
        const { memoryMb } = askedIn(asking, attempt);
        if (memoryMb === null || peakMemory === undefined) return null;
        return ((memoryMb - peakMemory / 2 ** 20) / 1024) * (ranMs / HOUR_MS);
      }),
      cpuHours: wasted(told, ({ attempt, cpuMs, ranMs }) => {
        const { cpu } = askedIn(asking, attempt);
        return cpu === null || cpuMs === undefined ? null : (cpu * ranMs - cpuMs) / HOUR_MS;
      }),
      gpuHours: wasted(told, ({ attempt, gpu, ranMs }) => {
        const { gpu: count } = askedIn(asking, attempt);
        if (count === null || gpu?.meanPercent === undefined) return null;
        return (count * (1 - gpu.meanPercent / 100) * ranMs) / HOUR_MS;
      }),
    },
  };
}

/** What ran out of the memory that it was given has told enough. */
function isSilent(usage: TaskUsage | null): boolean {
  if (usage === null) return true;
  return usage.exhausted === undefined && (usage.isPartial === true || usage.peakMemory === undefined);
}

function inMb(bytes: number | undefined): number | null {
  return bytes === undefined ? null : bytes / 2 ** 20;
}

function gpuUsage(told: readonly TaskUsage[]): StepGpuUsage | null {
  const seen = told.flatMap(({ gpu }) => gpu ?? []);
  if (seen.length === 0) return null;
  return {
    percent: spreadOrNull(seen.flatMap(({ meanPercent }) => meanPercent ?? [])),
    memoryMb: spreadOrNull(seen.flatMap(({ peakMemory }) => inMb(peakMemory) ?? [])),
    model: seen.find(({ model }) => model !== undefined)?.model ?? null,
  };
}

/** What one attempt took too much makes up for nothing that another one left; null where none could tell. */
function wasted<Told>(told: readonly Told[], left: (one: Told) => number | null): number | null {
  const known = told.flatMap((one) => left(one) ?? []);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + Math.max(one, 0), 0);
}

/** What an attempt of a step asks for, as the latest of these runs has it. */
export function askedNeeds(
  runs: readonly RunSummary[],
  { step, attempt }: { step: string; attempt: number },
): AskedNeeds {
  return askedIn(askingBy(runs, step), attempt);
}

function askingBy(runs: readonly RunSummary[], step: string): ResourceSettings | null {
  const node = runs
    .flatMap(({ document }) => document.graph.steps)
    .find(({ name, settings }) => name === step && settings.resources !== undefined);
  return node?.settings.resources ?? null;
}

function engineNamed(runs: readonly RunSummary[], step: string): string | null {
  const nodes = runs.flatMap(({ document }) => document.graph.steps);
  return nodes.find(({ name }) => name === step)?.settings.engine?.name ?? null;
}

function askedIn(resources: ResourceSettings | null, attempt: number): AskedNeeds {
  if (resources === null) return { cpu: null, memoryMb: null, gpu: null };
  const { asked } = resources;
  const { cpu, memoryMb, gpu } = needsAt(resources, attempt);
  // Older versions did not record what was a default.
  const isAsked = (name: "cpu" | "memoryMb" | "gpu", value: number) =>
    asked === undefined ? value !== DEFAULT_RESOURCES[name] : asked.includes(name);
  return {
    cpu: isAsked("cpu", cpu) ? cpu : null,
    memoryMb: isAsked("memoryMb", memoryMb) ? memoryMb : null,
    gpu: isAsked("gpu", gpu) ? gpu : null,
  };
}

function spreadOrNull(values: readonly number[]): Spread | null {
  return values.length === 0 ? null : spreadOf(values);
}

/** @param values - one or more */
function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? NaN;
  return { min: sorted[0] ?? NaN, median: at(0.5), p95: at(0.95), max: largest(values) };
}
