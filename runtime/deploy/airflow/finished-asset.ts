import { createHash } from "node:crypto";
import type { DeployedVersion } from "../deployer.ts";

/**
 * What Airflow knows of a flow of the same branch of the project having succeeded: by it, `@triggerOnFinish` finds the other.
 * Another datastore's flow of that name is another flow: its runs are not here.
 */
export function finishedAsset({ version, store }: Pick<DeployedVersion, "version" | "store">, flow: string): string {
  const { project } = version;
  const place = project === null ? [] : [project.name, project.branch];
  const datastore = createHash("sha256").update(store.storage.location).digest("hex").slice(0, 12);
  return `millrace://${[datastore, ...place, flow].map(encodeURIComponent).join("/")}`;
}
