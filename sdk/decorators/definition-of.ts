import { MillraceError } from "../base/millrace-error.ts";
import { nearest } from "../base/nearest.ts";
import { batchDefinition } from "./batch.ts";
import { cacheDefinition } from "./cache.ts";
import { cardDefinition } from "./card.ts";
import { catchErrorDefinition } from "./catch-error.ts";
import { checkpointDefinition } from "./checkpoint.ts";
import { concurrencyDefinition } from "./concurrency.ts";
import type { DecoratorDefinition } from "./decorator-definition.ts";
import { dockerDefinition } from "./docker.ts";
import { envDefinition } from "./env.ts";
import { kubernetesDefinition } from "./kubernetes.ts";
import { resourcesDefinition } from "./resources.ts";
import { retryDefinition } from "./retry.ts";
import { reuseDefinition } from "./reuse.ts";
import { secretsDefinition } from "./secrets.ts";
import { slurmDefinition } from "./slurm.ts";
import { timeoutDefinition } from "./timeout.ts";

/** Every step decorator but `@step` itself, by name. */
const DEFINITIONS: ReadonlyMap<string, DecoratorDefinition> = new Map(
  [
    batchDefinition,
    cacheDefinition,
    cardDefinition,
    catchErrorDefinition,
    checkpointDefinition,
    concurrencyDefinition,
    dockerDefinition,
    envDefinition,
    kubernetesDefinition,
    resourcesDefinition,
    retryDefinition,
    reuseDefinition,
    secretsDefinition,
    slurmDefinition,
    timeoutDefinition,
  ].map((definition) => [definition.name, definition]),
);

export const BUILT_IN_DECORATORS: readonly string[] = [...DEFINITIONS.keys()];

/**
 * @param own - names of decorators that the flow's code makes
 * @throws MillraceError with the nearest name for a decorator that does not exist
 */
export function definitionOf(decorator: string, own: readonly string[] = []): DecoratorDefinition {
  const definition = DEFINITIONS.get(decorator);
  if (definition !== undefined) return definition;
  const known = [...BUILT_IN_DECORATORS, ...own];
  const meant = nearest(decorator, known);
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_DECORATOR",
    headline: `Cannot use decorator ${decorator} because there is no such decorator`,
    hint: meant === null ? `there are ${known.join(", ")}` : `did you mean ${meant}?`,
  });
}
