import type { Datastore } from "../../datastore/datastore.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { ENGINES, engineNamed } from "../index.ts";
import type { Engine } from "../engine.ts";

/** Where the steps of a run run, by step; the others are processes of the machine that started it. */
export function enginesOfRun(
  store: Datastore,
  { release }: RunDocument,
  engines = ENGINES,
): ReadonlyMap<string, Engine> {
  // The first versions recorded none, and had only processes of one machine to record.
  const names = release === undefined ? {} : readRelease(store.blobs, release).engines;
  return new Map(
    Object.entries(names).flatMap(([step, name]) => {
      const engine = engineNamed(name, engines);
      return engine === null ? [] : [[step, engine]];
    }),
  );
}
