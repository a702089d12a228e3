import { MillraceError } from "../base/millrace-error.ts";
import { nearest } from "../base/nearest.ts";
import { batchDefinition } from "./batch.ts";
import { cacheDefinition } from "./cache.ts";
import { catchErrorDefinition } from "./catch-error.ts";
import { checkpointDefinition } from "./checkpoint.ts";
import type { DecoratorDefinition } from "./decorator-definition.ts";
import { dockerDefinition } from "./docker.ts";
import { envDefinition } from "./env.ts";
import { resourcesDefinition } from "./resources.ts";
import { retryDefinition } from "./retry.ts";
import { secretsDefinition } from "./secrets.ts";
import { timeoutDefinition } from "./timeout.ts";

/** Every step decorator but `@step` itself, by name. */
const DEFINITIONS: ReadonlyMap<string, DecoratorDefinition> = new Map(
  [
    batchDefinition,
    cacheDefinition,
    catchErrorDefinition,
    checkpointDefinition,
    dockerDefinition,
    envDefinition,
    resourcesDefinition,
    retryDefinition,
    secretsDefinition,
    timeoutDefinition,
  ].map((definition) => [definition.name, definition]),
);

/** @throws MillraceError with the nearest name for a decorator that does not exist */
export function definitionOf(decorator: string): DecoratorDefinition {
  const definition = DEFINITIONS.get(decorator);
  if (definition !== undefined) return definition;
  const meant = nearest(decorator, DEFINITIONS.keys());
  throw new MillraceError({
    code: "MILLRACE_UNKNOWN_DECORATOR",
    headline: `Cannot use decorator ${decorator} because there is no such decorator`,
    hint: meant === null ? `there are ${[...DEFINITIONS.keys()].join(", ")}` : `did you mean ${meant}?`,
  });
}
