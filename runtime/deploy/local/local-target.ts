import type { DeployTarget } from "../deployer.ts";

/** The embedded one: processes `millrace scheduler` that share a datastore. */
export const localTarget: DeployTarget = {
  name: "local",
  where: "to schedulers of Millrace",
  title: "run by `millrace scheduler`, on one machine or several that share the datastore",
  settings: {},
  engine: "local",
  starts: "run",
  load: async () => (await import("./local-deployer.ts")).localDeployer,
};
