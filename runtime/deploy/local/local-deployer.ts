import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { Deployer } from "../deployer.ts";

/** Schedulers read the deployments themselves: there is nothing to install. */
export const localDeployer: Deployer = {
  refusals: () => [],
  spec: ({ version }) => `${JSON.stringify(version, null, 2)}\n`,
  install: () => Promise.resolve({ installed: null, lines: [] }),
  setPaused: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  trigger: () => Promise.reject(brokenInvariant("nothing fires yet")),
};
