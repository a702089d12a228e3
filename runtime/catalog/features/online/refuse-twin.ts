import { featureError } from "../feature-error.ts";
import type { FeatureStore } from "./feature-store.ts";

/** Where names of files are the same in upper and lower case, the two would share a folder. */
export function refuseTwin(name: string, features: FeatureStore): void {
  const twin = features.views().find((one) => one !== name && one.toLowerCase() === name.toLowerCase());
  if (twin === undefined) return;
  throw featureError(`${name} cannot be materialized because there is a feature view ${twin}`, {
    details: ["names that differ in upper and lower case alone are one on some machines"],
    hint: `call it ${twin}, or by another name`,
  });
}
