import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenInvariant } from "../../../../sdk/base/errors.ts";
import type { AwsSetup } from "./aws-setup/aws-setup.ts";

/** Lies beside the bundle; sources use the built one. */
const CANDIDATES = ["./aws-setup.js", "../../../../dist/aws-setup.js"];

/** Opens AWS in a region, each time it is asked for; without a region in the one that every program would take. */
export async function loadAwsSetup(): Promise<(region: string | undefined) => AwsSetup> {
  const places = CANDIDATES.map((name) => new URL(name, import.meta.url));
  const place = places.find((one) => fs.existsSync(fileURLToPath(one)));
  if (place === undefined) throw brokenInvariant(`aws-setup.js is not in the package: looked for ${places.join(", ")}`);
  const { openAwsSetup } = (await import(place.href)) as typeof import("./aws-setup/open-aws-setup.ts");
  return openAwsSetup;
}
