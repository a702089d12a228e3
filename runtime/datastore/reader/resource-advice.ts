import type { StepUsage } from "./step-usage.ts";

/** What a step had better ask for. */
export interface ResourceAdvice {
  readonly step: string;
  readonly cpu: number | null;
  readonly memory: number | null;
  /** To paste: `@resources({ cpu: 1, memory: 1200 })`. */
  readonly decorator: string;
  /** `at most 0.9 cores and 980 MB in 40 tasks of 5 runs; asked for 16000 MB`. */
  readonly evidence: string;
}

/** More than the most that was seen: another input may take more. */
const MARGIN = 1.2;
const MEMORY_STEP_MB = 100;
/** What Millrace and Node take of a container beside the task's own processes, which alone are measured outside of one. */
const CONTAINER_MB = 100;
/** So much too much is not worth a change. */
const ENOUGH = 1.5;
/** A step that asks for nothing is told what to ask for only if it takes this much. */
const WORTH_MB = 1024;
const WORTH_CORES = 1.5;

/** Null where the step asks for what it takes, or where too little is known. */
export function resourceAdvice(usage: StepUsage): ResourceAdvice | null {
  const { step, asked } = usage;
  const memory = memoryAdvice(usage);
  const cpu = cpuAdvice(usage);
  if (memory === null && cpu === null) return null;
  const options = [
    ...optionOf("cpu", cpu ?? asked.cpu),
    ...optionOf("gpu", asked.gpu),
    ...optionOf("memory", memory ?? asked.memoryMb),
  ];
  return { step, cpu, memory, decorator: `@resources({ ${options.join(", ")} })`, evidence: evidenceOf(usage) };
}

function memoryAdvice(usage: StepUsage): number | null {
  const { memoryMb, exhaustedMb, bareMemoryMb, asked, silent, lacking } = usage;
  if (memoryMb === null && exhaustedMb === null) return null;
  // What was given and was not enough is the least that it takes.
  const most = Math.max(memoryMb?.max ?? 0, exhaustedMb ?? 0);
  const least = Math.max(most * MARGIN, (bareMemoryMb ?? 0) * MARGIN + containerMb(usage));
  const wanted = Math.ceil(least / MEMORY_STEP_MB) * MEMORY_STEP_MB;
  if (asked.memoryMb === null) return exhaustedMb !== null || most >= WORTH_MB ? wanted : null;
  if (wanted > asked.memoryMb) return wanted;
  // A process that was killed, or that nobody could see, may have been the one that took the most.
  const isWhole = silent === 0 && lacking.children === 0 && lacking.system === 0;
  return isWhole && asked.memoryMb > wanted * ENOUGH ? wanted : null;
}

/** Where no attempt was measured outside of a container, what it holds beside them is in the figures. */
function containerMb({ engine, bareMemoryMb }: StepUsage): number {
  return engine === null || bareMemoryMb === null ? 0 : CONTAINER_MB;
}

/** Whole processors: too few make a step slower, and break nothing. */
function cpuAdvice({ cores, asked }: StepUsage): number | null {
  if (cores === null) return null;
  const wanted = Math.max(Math.ceil(cores.max - 0.05), 1);
  if (asked.cpu === null) return cores.max >= WORTH_CORES ? wanted : null;
  return wanted === Math.ceil(asked.cpu) ? null : wanted;
}

function optionOf(name: string, value: number | null): string[] {
  return value === null ? [] : [`${name}: ${value}`];
}

function evidenceOf(usage: StepUsage): string {
  const { cores, memoryMb, exhaustedMb, tasks, runs, silent, estimated, lacking, asked, engine } = usage;
  const container = containerMb(usage);
  const most = [
    ...(cores === null ? [] : [`${cores.max.toFixed(1)} cores`]),
    ...(memoryMb === null ? [] : [`${Math.ceil(memoryMb.max)} MB`]),
  ];
  const named = [
    ...(asked.memoryMb === null ? [] : [`${asked.memoryMb} MB`]),
    ...(asked.cpu === null ? [] : [`cpu ${asked.cpu}`]),
  ];
  const parts = [
    `at most ${most.join(" and ")} in ${counted(tasks, "task")} of ${counted(runs, "run")}`,
    ...(exhaustedMb === null ? [] : [`${Math.ceil(exhaustedMb)} MB were not enough`]),
    ...(container === 0 ? [] : [`${container} MB more for what else a job of ${engine} holds`]),
    ...(estimated === 0 ? [] : [`memory of ${counted(estimated, "attempt")} is an estimate`]),
    ...(silent === 0 ? [] : [`${counted(silent, "attempt")} died and could not tell`]),
    ...(lacking.children === 0 ? [] : [`${counted(lacking.children, "attempt")} had child processes that nobody saw`]),
    ...(lacking.system === 0 ? [] : ["child processes do not count: the system does not tell"]),
    named.length === 0 ? "asked for nothing" : `asked for ${named.join(" and ")}`,
  ];
  return parts.join("; ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
