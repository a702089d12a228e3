import { ProductionSchedulers } from "../../datastore/production-schedulers.ts";
import { handFire } from "../../datastore/fires.ts";
import type { Deployer } from "../deployer.ts";
import { backfillLocal } from "./backfill-local.ts";
import { fire } from "./fire.ts";

/** Schedulers read the deployments themselves: there is nothing to install. */
export const localDeployer: Deployer = {
  refusals: () => [],
  spec: ({ version }) => `${JSON.stringify(version, null, 2)}\n`,
  install({ store }) {
    const isAlive = new ProductionSchedulers(store.storage).alive().length > 0;
    const lines = isAlive ? [] : ["no scheduler is alive: millrace scheduler starts one"];
    return Promise.resolve({ installed: null, lines });
  },
  setPaused: () => Promise.resolve(),
  remove: () => Promise.resolve([]),
  async trigger({ version, store, settings }, parameters) {
    const trigger = { events: [], runs: [], scheduledAt: null };
    const { run } = await fire(store, version, { name: handFire(), trigger, parameters, settings });
    return run;
  },
  backfill: backfillLocal,
};
