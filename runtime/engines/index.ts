import { batchEngine } from "./batch/batch-engine.ts";
import { dockerEngine } from "./docker/docker-engine.ts";
import type { Engine } from "./engine.ts";
import { kubernetesEngine } from "./kubernetes/kubernetes-engine.ts";
import { slurmEngine } from "./slurm/slurm-engine.ts";

/** Every engine but the processes of this machine. */
export const ENGINES: readonly Engine[] = [dockerEngine, batchEngine, slurmEngine, kubernetesEngine];

/** What `millrace.config.json` may say of engines. */
export function engineSettingKeys(engines = ENGINES): string[] {
  return engines.flatMap(({ settings }) => Object.values(settings).map(({ key }) => key));
}

/** Null where there is none of that name. */
export function engineNamed(name: string | undefined, engines = ENGINES): Engine | null {
  return engines.find((engine) => engine.name === name) ?? null;
}
