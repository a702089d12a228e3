import type { CardComponent } from "../base/card-component.ts";
import { LiveComponent } from "./live-component.ts";
import { wantedText } from "./wanted-text.ts";

/** As it is stored. */
export interface CardArtifactData {
  readonly name: string;
}

/**
 * An artifact of the task, as notebooks show it. It is read when the card is looked at, so it costs the task nothing.
 *
 * @example
 * ```ts
 * current.card.append(artifact("weights"));
 * ```
 */
export function artifact(name: string): CardComponent {
  const read = (given: string) => ({ data: { name: wantedText(given, "the name") } satisfies CardArtifactData });
  return new LiveComponent({ kind: "artifact", read }, name);
}
