import { handFire } from "../../datastore/fires.ts";
import type { Deployer } from "../deployer.ts";
import { fire } from "./fire.ts";

/** Schedulers read the deployments themselves: there is nothing to install. */
export const localDeployer: Deployer = {
  refusals: () => [],
  spec: ({ version }) => `${JSON.stringify(version, null, 2)}\n`,
  install: () => Promise.resolve({ installed: null, lines: [] }),
  setPaused: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  async trigger({ version, store, settings }, parameters) {
    const trigger = { events: [], runs: [], scheduledAt: null };
    return (await fire(store, version, { name: handFire(), trigger, parameters, settings })).run;
  },
};
