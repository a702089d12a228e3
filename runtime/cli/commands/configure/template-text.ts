import fs from "node:fs";
import { brokenInvariant } from "../../../../sdk/base/errors.ts";

/** Shipped beside the bundle; in the sources it has a folder of its own. */
const CANDIDATES = ["./infra/millrace.yaml", "../../../engines/infra/millrace.yaml"];

/** The CloudFormation template with all that Millrace needs on AWS. */
export function templateText(): string {
  const file = CANDIDATES.map((name) => new URL(name, import.meta.url)).find((place) => fs.existsSync(place));
  if (file === undefined) throw brokenInvariant("millrace.yaml is not in the package");
  return fs.readFileSync(file, "utf8");
}
