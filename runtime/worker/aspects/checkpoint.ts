import type { Checkpoint } from "../../../sdk/base/host.ts";
import { loadArtifact, saveArtifact, settled } from "../../datastore/load-artifact.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { StepAttempt } from "../step-attempt.ts";
import type { Aspect } from "./aspect.ts";

/** `@checkpoint`: `current.checkpoint` is one value, replaced whole, of this task in this run or in those that it resumes. */
export const CHECKPOINT: Aspect = {
  name: "checkpoint",
  isFor: ({ hasCheckpoint }) => hasCheckpoint === true,
  begin: (attempt) => ({ current: { checkpoint: taskCheckpoint(attempt) } }),
};

function taskCheckpoint({ flow, spec: { step, path } }: StepAttempt): Checkpoint {
  return {
    save(value) {
      const ref = settled(flow.blobs, () => saveArtifact(flow.blobs, "checkpoint", value));
      flow.record.writeCheckpoint({ step, path }, { format: RECORD_FORMAT, value: ref });
    },
    load<T>() {
      // A step that is tried out does all of its work.
      let originRun = flow.setup.isSpin === true ? null : flow.document.originRun;
      for (let { record } = flow; ;) {
        const saved = record.checkpoint({ step, path });
        if (saved !== null) return loadArtifact(flow.blobs, "checkpoint", saved.value) as T;
        if (originRun === null) return undefined;
        record = flow.recordOf(originRun);
        ({ originRun } = record.document());
      }
    },
  };
}
