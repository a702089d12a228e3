import { caughtKill, caughtTimeout } from "./caught.ts";
import { retried } from "./retried.ts";
import type { Spec } from "./spec.ts";

/** The truths about attempts that fail, for one flow per shape: each takes steps of its own. */
export const TROUBLED: readonly Spec[] = [retried, caughtKill, caughtTimeout];
