import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding, type FindingPlace } from "../finding.ts";
import { isReserved } from "../reserved-names.ts";

export function reservedName({ steps, fields }: FlowFacts): Finding[] {
  const named = [
    ...[...steps.keys()].map((name) => ({ name, what: "a step", place: { step: name } })),
    ...[...fields.values()].map(({ name, kind }) => {
      const at: FindingPlace = { kind: "field", name };
      return { name, what: kind === "config" ? "a configuration" : "a parameter", place: { at } };
    }),
  ];
  return named
    .filter(({ name }) => isReserved(name))
    .map(({ name, what, place }) => {
      const why = name.startsWith("_")
        ? "names that start with _ are never stored"
        : "every flow has a member of that name";
      const message = `Cannot name ${what} ${name} because ${why}`;
      return finding({ rule: "reserved-name", message, hint: `rename it, for example to ${renamed(name)}`, ...place });
    });
}

function renamed(name: string): string {
  return name.startsWith("_")
    ? name.replace(/^_+/, "") || "value"
    : `my${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
