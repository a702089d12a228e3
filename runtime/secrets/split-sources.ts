import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import type { SecretPlace } from "./secret-provider.ts";
import { providerOf } from "./providers/index.ts";
import { resolveSecrets } from "./resolve-secrets.ts";
import type { SecretVariables, FarSource } from "./run-secrets.ts";

export interface StepSources {
  /** What the launcher reads; null: nothing. */
  readonly values: SecretVariables | null;
  /** What tasks read where they run. */
  readonly readByTask: readonly FarSource[];
}

/** The secrets of a step that runs elsewhere: what is read here, and what is not. */
export async function splitSources(
  sources: readonly SecretSource[],
  at: SecretPlace & { readonly step: string },
): Promise<StepSources> {
  let values = null as SecretVariables | null;
  const readByTask: { source: SecretSource; overruled: Set<string> }[] = [];
  for (const source of sources) {
    if (providerOf(source).readBy(source, at) === "task") {
      readByTask.push({ source, overruled: new Set() });
      continue;
    }
    const own = await resolveSecrets([source], at);
    values = { ...values, ...own };
    for (const name of Object.keys(own)) for (const earlier of readByTask) earlier.overruled.add(name);
  }
  return { values, readByTask: readByTask.map(({ source, overruled }) => ({ source, overruled: [...overruled] })) };
}

/** All secrets of a task, where it runs: null if it has none. */
export async function taskSecrets(
  { values, readByTask }: StepSources,
  at: SecretPlace & { readonly step: string },
): Promise<SecretVariables | null> {
  if (readByTask.length === 0) return values;
  const all = { ...values };
  for (const { source, overruled } of readByTask) {
    const read = await resolveSecrets([source], at);
    const wins = Object.entries(read).filter(([name]) => !overruled.includes(name));
    Object.assign(all, Object.fromEntries(wins));
  }
  return all;
}
