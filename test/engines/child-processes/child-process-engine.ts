import type { Engine } from "../../../runtime/engines/engine.ts";
import { openPolled } from "../../../runtime/engines/jobs/polling/open-polled.ts";
import { ChildProcessApi } from "./child-process-api.ts";
import { INDEX_VARIABLE } from "./child-process-job.ts";

/** Runs jobs as child processes of this one, in groups, and tells of them only when asked: a cluster in miniature. */
export const childProcessEngine: Engine = {
  name: "child-processes",
  where: "in child processes",
  indexVariables: [INDEX_VARIABLE],
  settings: {},
  secrets: { kind: "kept-here", hint: "use another engine" },
  jobs: {
    place: null,
    logKeeper: "nobody",
    isSetUp: () => false,
    open: () => Promise.reject(new Error("its jobs end with this process")),
  },
  reach: ({ storage, runtime }) => ({
    MILLRACE_BLOB_CACHE_MB: "0",
    MILLRACE_DATASTORE: storage.location,
    MILLRACE_RUNTIME: runtime.file ?? runtime.hash,
  }),
  computesHere: () => true,
  endingOf: ({ run }) => `pkill -f ${run}`,
  service: () =>
    Promise.resolve((listener) => openPolled({ name: "child-processes", api: new ChildProcessApi(), listener })),
};
