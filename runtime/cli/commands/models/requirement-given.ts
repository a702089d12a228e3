import { InvalidArgumentError } from "commander";
import { parseRequirement, type Requirement, REQUIREMENT_FORM } from "../../../settings/parse-requirement.ts";

/** Reads `metrics.auc >= 0.9`, as the settings of protected aliases say it. */
export function requirementGiven(text: string): Requirement {
  const requirement = parseRequirement(text);
  if (requirement !== null) return requirement;
  throw new InvalidArgumentError(`It takes ${REQUIREMENT_FORM}.`);
}
