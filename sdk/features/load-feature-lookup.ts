import { ownProgram } from "../../runtime/own-program.ts";

/** What looks features up for a service: loaded by those alone that ask for features. */
export function loadFeatureLookup(): typeof import("./feature-lookup.ts") {
  return ownProgram("feature-lookup", "service") as typeof import("./feature-lookup.ts");
}
