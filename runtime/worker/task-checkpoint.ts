import { MillraceError } from "../../sdk/base/errors.ts";
import type { Checkpoint } from "../../sdk/base/host.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import { loadArtifact, saveArtifact, settled } from "../datastore/artifacts.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import { nodeOf } from "../graph/graph.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** `current.checkpoint`: one value, replaced whole, of this task in this run or in those that it resumes. */
export function taskCheckpoint(flow: LoadedFlow, spec: TaskSpec): Checkpoint {
  const { step, path } = spec;
  const isDeclared = nodeOf(flow.document.graph, step).settings.hasCheckpoint === true;
  return {
    save(value) {
      if (!isDeclared) throw notDeclared(step);
      const ref = settled(flow.blobs, () => saveArtifact(flow.blobs, "checkpoint", value));
      flow.record.writeCheckpoint({ step, path }, { format: RECORD_FORMAT, value: ref });
    },
    load<T>() {
      if (!isDeclared) throw notDeclared(step);
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

function notDeclared(step: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NO_CHECKPOINT",
    headline: `Cannot use current.checkpoint because step ${step} does not declare one`,
    hint: `write @checkpoint() before @step ${step}`,
  });
}
