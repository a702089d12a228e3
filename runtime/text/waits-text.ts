import { listOf } from "./list-of.ts";

/** What a task waits for that lacks nothing but a place among those that run: the option that limits them. */
export const PLACES = "--max-workers";

/**
 * `waits for memory and GPU`; empty for nothing, and for a step of which tasks run and the next lacks only a place: that
 * is what any wide foreach does.
 */
export function waitsText(waitsFor: readonly string[], { running }: { running: number }): string {
  const told = running > 0 ? waitsFor.filter((name) => name !== PLACES) : waitsFor;
  return told.length === 0 ? "" : `waits for ${listOf(told)}`;
}
