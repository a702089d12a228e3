import { ownProgram } from "../../../own-program.ts";
import type { AwsSetup } from "./aws-setup/aws-setup.ts";

/** Opens AWS in a region, each time it is asked for; without a region in the one that every program would take. */
export function loadAwsSetup(): (region: string | undefined) => AwsSetup {
  const { openAwsSetup } = ownProgram("aws-setup", "client") as typeof import("./aws-setup/open-aws-setup.ts");
  return openAwsSetup;
}
