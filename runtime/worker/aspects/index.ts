import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { Aspect } from "./aspect.ts";
import { CACHE } from "./cache.ts";
import { CARDS } from "./cards.ts";
import { CATCH_ERROR } from "./catch-error.ts";
import { CHECKPOINT } from "./checkpoint.ts";
import { FEATURES } from "./features.ts";
import { KERNELS } from "./kernels.ts";
import { MODELS } from "./models.ts";
import { OWN_DECORATORS } from "./own-decorators.ts";
import { RETRY_FILTER } from "./retry-filter.ts";
import { SECRETS } from "./secrets.ts";

/** The life of an attempt: secrets are there first, and a failure is caught only where it is not tried again. */
export const ASPECTS: readonly Aspect[] = [
  SECRETS,
  CATCH_ERROR,
  CACHE,
  CHECKPOINT,
  CARDS,
  KERNELS,
  FEATURES,
  MODELS,
  OWN_DECORATORS,
  RETRY_FILTER,
];

export function aspectsOf(settings: StepSettings): readonly Aspect[] {
  return ASPECTS.filter((aspect) => aspect.isFor(settings));
}
