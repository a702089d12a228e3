import { constructFlow } from "../../sdk/base/construct-flow.ts";
import { loadArtifacts } from "../datastore/load-artifact.ts";
import { deepFreeze } from "./fields.ts";
import type { FlowClass, LoadedFlow } from "./load-flow.ts";

/** Makes a flow's instance whose field initializers see the run's configuration. */
export function flowInstance(Flow: FlowClass, flow: LoadedFlow): object {
  const { configs } = flow.document;
  const names = new Set(Object.keys(configs));
  if (names.size === 0 || flow.initializers.readConfigs === false) return new Flow();
  const values = deepFreeze(loadArtifacts(flow.blobs, configs));
  const { instance, error, events } = constructFlow(Flow, { names, values });
  if (instance === null) throw error;
  flow.initializers.readConfigs = events.some(({ isRead }) => isRead);
  // What was watched is slower to read: without need it is not kept.
  return flow.initializers.readConfigs ? instance : new Flow();
}
