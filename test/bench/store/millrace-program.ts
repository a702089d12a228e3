import fs from "node:fs";
import path from "node:path";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import type { AttemptResult } from "../../../runtime/datastore/records.ts";
import { Fields } from "../../../runtime/worker/fields.ts";
import type { Job, Program } from "./job.ts";
import { changeOne } from "./kinds.ts";

const PLACE = { flow: "Bench", run: "1" };

/** Millrace's worker at the ends of a task: artifacts are laid over the fields, read, stored, committed. */
export const millraceProgram: Program = {
  put(job, artifacts) {
    const task = openTask(job);
    Object.assign(task.instance, artifacts);
    return { run: () => task.commit() };
  },
  get(job) {
    const task = openTask(job);
    return {
      run() {
        task.layFormer();
        return Object.fromEntries(Object.keys(task.instance).map((name) => [name, task.instance[name]]));
      },
    };
  },
  change(job) {
    const task = openTask(job);
    return {
      run() {
        task.layFormer();
        changeOne(task.instance);
        for (const name of Object.keys(task.instance)) void task.instance[name];
        task.commit();
      },
    };
  },
};

function openTask({ store: location }: Job) {
  const store = openDatastore(location);
  prepareDatastore(store);
  const record = store.record(PLACE.flow, PLACE.run);
  const writer = record.resultWriter();
  const instance: Record<string, unknown> = {};
  const fields = new Fields(instance, { blobs: store.blobs, parameters: {} });
  const locatorFile = path.join(location, "locator");
  return {
    instance,
    layFormer: () => fields.lay(record.resultAt(fs.readFileSync(locatorFile, "utf8")).artifacts),
    commit() {
      const artifacts = fields.save({ isLenient: false, step: "bench" });
      store.blobs.settle();
      fs.writeFileSync(locatorFile, writer.write({ ...RESULT, artifacts }));
    },
  };
}

const RESULT: Omit<AttemptResult, "artifacts"> = {
  ...PLACE,
  format: 1,
  step: "start",
  task: 1,
  attempt: 0,
  status: "succeeded",
  startedAt: 0,
  finishedAt: 0,
  next: null,
  error: null,
};
