import fs from "node:fs";
import { ownFile } from "../../../own-file.ts";

/** The CloudFormation template with all that Millrace needs on AWS. */
export function templateText(): string {
  return fs.readFileSync(ownFile("infra/millrace.yaml"), "utf8");
}
