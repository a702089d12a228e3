import type { WorkerSetup } from "../../task/worker-command.ts";

/** What `@env` asks for, ready on this machine. */
export interface LocalEnvironment {
  /** Equal environments share processes. */
  readonly key: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly packages: LocalPackages | null;
}

/** Packages of a step, installed; a program to load before any other makes Node find them. */
export interface LocalPackages extends NonNullable<WorkerSetup["environment"]> {
  readonly preload: string;
}

/** What a process is for: from its first moment, as libraries look at their GPUs once. */
export interface ProcessKind {
  /** Equal kinds have equal keys. */
  readonly key: string;
  readonly environment: LocalEnvironment | null;
  /** CUDA's names. */
  readonly gpus: readonly string[];
}

/** Of steps that ask for nothing. */
export const PLAIN_KIND: ProcessKind = { key: "", environment: null, gpus: [] };

/** The same packages, without variables that may keep a process from starting. */
export function withoutVars({ key, packages }: LocalEnvironment): LocalEnvironment {
  const suffix = " without its variables";
  return { key: key.endsWith(suffix) ? key : `${key}${suffix}`, vars: {}, packages };
}

/** What a process of this kind is told. */
export function setupFor(setup: WorkerSetup, { environment }: ProcessKind): WorkerSetup {
  return { ...setup, environment: environment?.packages ?? setup.environment };
}
