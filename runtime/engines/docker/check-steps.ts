import fs from "node:fs";
import type Docker from "dockerode";
import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { DOCKER_OPTIONS } from "../../../sdk/decorators/docker.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StepJob } from "../jobs/job-service.ts";
import { type Mount, mountsOf } from "./mounts-of.ts";
import { noEngine } from "./why-not-started.ts";

/** Docker takes no less. */
const LEAST_MEMORY_MB = 6;

export interface CheckStepsOptions {
  /** The engine's files are this process's, too: not where that is a container itself. */
  readonly seesFiles: boolean;
}

/** @throws MillraceError for what this machine's engine can never start */
export async function checkSteps(
  docker: Docker,
  steps: readonly StepJob[],
  { seesFiles }: CheckStepsOptions,
): Promise<void> {
  const { NCPU: cores, MemTotal } = (await docker.info().catch((error: unknown) => {
    throw noEngine(error);
  })) as { NCPU: number; MemTotal: number };
  const memoryMb = Math.floor(MemTotal / 2 ** 20);
  const networks = await networksOf(docker, steps);
  const users = new Map<string, Set<string>>();
  for (const needs of steps) {
    for (const finding of findingsOf(needs, { cores, memoryMb, networks, seesFiles }))
      users.set(finding, (users.get(finding) ?? new Set<string>()).add(needs.step));
  }
  if (users.size === 0) return;
  throw new MillraceError({
    code: "MILLRACE_RESOURCES",
    headline: `Cannot run in containers of this machine because of what ${new Set(steps.map(({ step }) => step)).size === 1 ? "a step asks" : "steps ask"} for`,
    details: [...users].map(([finding, names]) => `${[...names].join(", ")}: ${finding}`),
    hint: "ask for no more than there is, with cpu, memory (in MB), mounts and network in @docker or @resources, or run the step elsewhere",
  });
}

interface Host extends CheckStepsOptions {
  readonly cores: number;
  readonly memoryMb: number;
  /** Names and ids; null if no step names one. */
  readonly networks: ReadonlySet<string> | null;
}

/** Those that are no network to be found. */
const MODES = /^(?:host|none|bridge|default|container:.+)$/;

async function networksOf(docker: Docker, steps: readonly StepJob[]): Promise<ReadonlySet<string> | null> {
  const named = steps.map(({ options }) => knownOptions(DOCKER_OPTIONS, options).network);
  if (!named.some(isNamed)) return null;
  const found = await docker.listNetworks();
  return new Set(found.flatMap(({ Name, Id }) => [Name, Id]));
}

function findingsOf({ cpu, memoryMb, options }: StepJob, host: Host): string[] {
  const { network, mounts } = knownOptions(DOCKER_OPTIONS, options);
  const isUnknown = isNamed(network) && host.networks?.has(network) === false;
  return [
    ...(cpu > host.cores ? [`cpu ${cpu}, and the engine has ${host.cores}`] : []),
    ...(memoryMb > host.memoryMb ? [`memory ${memoryMb} MB, and the engine has ${host.memoryMb} MB`] : []),
    ...(memoryMb < LEAST_MEMORY_MB ? [`memory ${memoryMb} MB is less than ${LEAST_MEMORY_MB} MB`] : []),
    ...(host.seesFiles ? mountsOf(mounts).flatMap(findingsAboutMount) : []),
    ...(isUnknown ? [`the engine has no network ${network}`] : []),
  ];
}

function isNamed(network: string | undefined): network is string {
  return network !== undefined && !MODES.test(network);
}

function findingsAboutMount({ source, target }: Mount): string[] {
  if (!fs.existsSync(source)) return [`there is no ${source} to mount`];
  return target.startsWith("/") ? [] : [`${source} cannot be mounted at ${target}: wanted a path that begins with /`];
}
