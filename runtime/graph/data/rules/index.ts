import type { Finding } from "../../finding.ts";
import type { DataFacts } from "../data-facts.ts";
import { caughtUnchecked } from "./caught-unchecked.ts";
import type { DataRule } from "./data-rule.ts";
import { functionField } from "./function-field.ts";
import { lostAtJoin } from "./lost-at-join.ts";
import { mergeOfNothing } from "./merge-of-nothing.ts";
import { unknownField } from "./unknown-field.ts";
import { unknownInput } from "./unknown-input.ts";

export const DATA_RULES: readonly DataRule[] = [
  lostAtJoin,
  mergeOfNothing,
  unknownField,
  unknownInput,
  caughtUnchecked,
  functionField,
];

export function runDataRules(facts: DataFacts): Finding[] {
  return DATA_RULES.flatMap((rule) => rule.find(facts));
}
