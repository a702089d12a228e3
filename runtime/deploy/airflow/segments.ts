import { largest } from "../../../sdk/base/largest.ts";
import { type Frame, followersOf } from "../frames/frame.ts";

/**
 * The body of a foreach in parts. Airflow cannot map anything within a mapped group, so an inner foreach is a group beside
 * it, over all its children in all children of the outer one, and what follows its join is a further part.
 */
export interface Segments {
  readonly count: number;
  of(step: string): number;
  /**
   * Joins that some children reach and others do not, which start a part: within a part Airflow knows which of a child's
   * tasks were passed over, across parts it does not.
   */
  readonly uncertain: readonly string[];
}

export function segmentsOf(body: Frame): Segments {
  const parts = new Map<string, number>();
  const uncertain: string[] = [];
  place(body, 0);
  return { count: largest(parts.values()) + 1, of: (step) => parts.get(step) ?? 0, uncertain };

  /** @returns the part in which the frame's last steps are */
  function place(frame: Frame, from: number): number {
    let last = from;
    parts.set(frame.entry, from);
    for (const { step, goes } of frame.steps) {
      const own = parts.get(step) ?? from;
      last = Math.max(last, own);
      for (const target of followersOf(goes)) raise(target, own);
      if (goes.kind !== "split") continue;
      const after = goes.split === "branch" ? largest(goes.bodies.map((inner) => place(inner, own))) : own + 1;
      raise(goes.join, after);
      if (after > own && !isCertain(frame, goes.join)) uncertain.push(goes.join);
    }
    return last;
  }

  function raise(step: string, part: number): void {
    parts.set(step, Math.max(parts.get(step) ?? 0, part));
  }
}

/** True for a step that every way through the frame passes. */
function isCertain({ entry, steps }: Frame, through: string): boolean {
  const byName = new Map(steps.map((each) => [each.step, each]));
  const seen = new Set([entry, through]);
  if (entry === through) return true;
  for (const stack = [entry]; ;) {
    const step = stack.pop();
    if (step === undefined) return true;
    const goes = byName.get(step)?.goes;
    if (goes === undefined) continue;
    const isOver = goes.kind === "end" || goes.kind === "arrive";
    if (isOver || (goes.kind === "switch" && Object.values(goes.cases).includes(null))) return false;
    for (const next of followersOf(goes)) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(next);
    }
  }
}
