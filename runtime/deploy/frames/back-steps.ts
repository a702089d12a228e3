import { followersOf, type Frame } from "./frame.ts";

/** Those of the frame's steps that lead back to one before them, or to themselves. */
export function backSteps({ steps }: Frame): readonly string[] {
  const places = new Map(steps.map(({ step }, place) => [step, place]));
  return steps.flatMap(({ step, goes }, place) =>
    followersOf(goes).some((next) => (places.get(next) ?? place) <= place) ? [step] : [],
  );
}
