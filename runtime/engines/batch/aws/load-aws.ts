import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenInvariant } from "../../../../sdk/base/errors.ts";
import type { AwsCalls } from "./calls.ts";

const QUEUE_ARN = /^arn:[^:]+:batch:([^:]+):/;

/** Lies beside the bundles, or one folder above their chunks; sources use the built one. */
const CANDIDATES = ["./batch.js", "../batch.js", "../../../../dist/batch.js"];

/** @param queue - where it is an ARN, that names the region */
export async function loadAws(queue: string | null): Promise<AwsCalls> {
  const places = CANDIDATES.map((name) => new URL(name, import.meta.url));
  const place = places.find((one) => fs.existsSync(fileURLToPath(one)));
  if (place === undefined) throw brokenInvariant(`batch.js is not in the package: looked for ${places.join(", ")}`);
  const { openAws } = (await import(place.href)) as { openAws(region: string | null): AwsCalls };
  return openAws(QUEUE_ARN.exec(queue ?? "")?.[1] ?? null);
}
