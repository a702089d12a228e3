import { needsAt } from "../../../sdk/base/needs-at.ts";
import { DEFAULT_RESOURCES, type StepSettings } from "../../../sdk/base/step-settings.ts";
import type { Bill, Engine } from "../engine.ts";

export interface BilledStep {
  readonly settings: StepSettings;
  /** Where its tasks run; null for processes of this machine. */
  readonly engine: Engine | null;
}

/**
 * What an attempt of a step is paid for: what it asks for. An engine gives a task that asks for nothing its default; a
 * process of this machine counts as one processor.
 */
export function billedStep({ settings, engine }: BilledStep, attempt: number): Bill {
  const { resources } = settings;
  const { cpu, memoryMb, gpu } = resources === undefined ? DEFAULT_RESOURCES : needsAt(resources, attempt);
  if (engine === null) {
    const isMemoryAsked = resources?.asked?.includes("memoryMb") ?? false;
    return { cpu, gpu, memoryMb: isMemoryAsked ? memoryMb : 0, leastMs: 0 };
  }
  const options = settings.engine?.options ?? {};
  return engine.billed?.({ cpu, memoryMb, gpu, options }) ?? { cpu, memoryMb, gpu, leastMs: 0 };
}
