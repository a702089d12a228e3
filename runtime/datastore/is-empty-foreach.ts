import type { TakenTransition } from "./records.ts";

/** True for a foreach over nothing: its join follows at once, without inputs. */
export function isEmptyForeach(next: TakenTransition): boolean {
  return next.kind === "foreach" && next.size === 0;
}
