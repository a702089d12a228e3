import type { Bill, BilledTask } from "../engine.ts";

/** `gpu:a100:2`, `gpu:2`, `gpu`: what a cluster calls the GPUs that a step asks for, and how many. */
const GPUS = /^(?:gres[:/])?gpu(?::([a-z][\w.-]*))?(?:[:=](\d+))?$/i;

/** Processors are whole; GPUs are those of `gres`, where the step names some. */
export function billedOnSlurm({ options, cpu, memoryMb, gpu }: BilledTask): Bill {
  const said = typeof options["gres"] === "string" ? options["gres"].split(",") : [];
  const [asked] = said.flatMap((one) => {
    const found = GPUS.exec(one.trim());
    return found === null ? [] : [{ model: found[1], count: Number(found[2] ?? 1) }];
  });
  return {
    ...{ cpu: Math.ceil(cpu), memoryMb, gpu: asked?.count ?? gpu, leastMs: 0 },
    ...(asked?.model === undefined ? {} : { gpuModel: asked.model }),
  };
}
