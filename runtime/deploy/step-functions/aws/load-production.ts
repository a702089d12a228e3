import { ownProgram } from "../../../own-program.ts";
import type { ProductionCalls } from "./production-calls.ts";

/** @param region - where the state machines are */
export function loadProduction(region: string): ProductionCalls {
  const { openProduction } = ownProgram("aws-production", "client") as typeof import("./open-production.ts");
  return openProduction(region);
}
