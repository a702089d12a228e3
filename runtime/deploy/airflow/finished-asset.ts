import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";

/** What Airflow knows of a flow of the same branch of the project having succeeded: by it, `@triggerOnFinish` finds the other. */
export function finishedAsset({ project, flow }: Pick<DeploymentVersion, "project" | "flow">): string {
  const place = project === null ? [] : [project.name, project.branch];
  return `millrace://${[...place, flow].map(encodeURIComponent).join("/")}`;
}
