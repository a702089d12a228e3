import { retryFilterOf } from "../../../sdk/decorators/retry.ts";
import { loadArtifacts } from "../../datastore/load-artifact.ts";
import type { Aspect } from "./aspect.ts";

/** `@retry({ on })`: asks the flow's own function whether this error deserves a further attempt. */
export const RETRY_FILTER: Aspect = {
  name: "retry filter",
  isFor: ({ retry }) => retry?.hasFilter === true,
  async mayRetry(thrown, { flow, uses }) {
    try {
      const filter = retryFilterOf(uses(), loadArtifacts(flow.blobs, flow.document.configs));
      return filter === null || (await filter(thrown));
    } catch {
      // A filter that fails cannot rule anything out.
      return true;
    }
  },
};
