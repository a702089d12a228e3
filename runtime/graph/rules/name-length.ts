import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

/** Flows and steps are folders in the datastore: no common file system takes longer names, however many letters they are. */
const MAX_NAME_BYTES = 255;

export function nameLength({ flow, steps }: FlowFacts): Finding[] {
  const named = [{ what: "a flow", name: flow }, ...[...steps.keys()].map((name) => ({ what: "a step", name }))];
  return named.flatMap(({ what, name }) => {
    const bytes = Buffer.byteLength(name);
    if (bytes <= MAX_NAME_BYTES) return [];
    return finding({
      rule: "name-length",
      ...(what === "a step" ? { step: name } : {}),
      message: `Cannot name ${what} ${name.slice(0, 40)}… because a name has at most ${MAX_NAME_BYTES} bytes in UTF-8: ${bytes}`,
      hint: "choose a shorter name",
    });
  });
}
