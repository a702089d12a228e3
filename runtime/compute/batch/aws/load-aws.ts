import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenInvariant } from "../../../../sdk/errors.ts";
import type { AwsCalls } from "./calls.ts";

/** Lies beside the bundles, or one folder above their chunks; sources use the built one. */
const CANDIDATES = ["./batch.js", "../batch.js", "../../../../dist/batch.js"];

export async function loadAws(): Promise<AwsCalls> {
  const places = CANDIDATES.map((name) => new URL(name, import.meta.url));
  const place = places.find((one) => fs.existsSync(fileURLToPath(one)));
  if (place === undefined) throw brokenInvariant(`batch.js is not in the package: looked for ${places.join(", ")}`);
  const { openAws } = (await import(place.href)) as { openAws(): AwsCalls };
  return openAws();
}
