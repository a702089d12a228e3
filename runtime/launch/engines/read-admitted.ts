import type { Datastore } from "../../datastore/datastore.ts";
import type { ResolvedRunOptions } from "../run/run-options.ts";
import type { AdmittedNeeds } from "./admitted-needs.ts";

export interface ReadAdmittedOptions {
  readonly store: Datastore;
  readonly options: Pick<ResolvedRunOptions, "admit">;
}

/** What past tasks of the flow used, by step, where the run packs by it; else null, and nothing is read. */
export async function readAdmitted(
  flow: string,
  { store, options: { admit } }: ReadAdmittedOptions,
): Promise<ReadonlyMap<string, AdmittedNeeds> | null> {
  if (admit === "asked") return null;
  const { admittedNeeds } = await import("./admitted-needs.ts");
  return admittedNeeds(store, flow);
}
