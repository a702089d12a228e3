import { needsByAttempt } from "../../../sdk/base/needs-at.ts";
import type { ResourceSettings } from "../../../sdk/base/step-settings.ts";

const NAMES = { cpu: "cpu", gpu: "gpu", memoryMb: "memory" } as const;
/** A line has no room for more. */
const MAX_SHOWN = 5;

/** `memory 4000`, or `memory 4000, 8000, 16000` where further attempts need more. */
export function needText(resources: ResourceSettings, name: keyof typeof NAMES): string {
  const values = needsByAttempt(resources).map((needs) => needs[name]);
  const different = values.slice(0, 1 + values.findLastIndex((value, at) => value !== values[at - 1]));
  const shown = different.slice(0, MAX_SHOWN).join(", ");
  const last = different.length > MAX_SHOWN ? `, …, ${different.at(-1)}` : "";
  return `${NAMES[name]} ${shown}${last}`;
}
