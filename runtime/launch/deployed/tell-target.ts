import fs from "node:fs";
import type { TakenTransition } from "../../datastore/records.ts";
import type { Storage } from "../../datastore/storage.ts";
import { toldCaseKey, toldItemsKey } from "../../datastore/telling-task.ts";
import { sizeOf } from "./task-place.ts";
import type { ToldTask } from "./told-task.ts";

/** Tells the target where a task has gone on: in the files that it named, and in the datastore under keys that it can compute. */
export function tellTarget(storage: Storage, { told, step, at, next, run }: TellOptions): void {
  const { deployment, fire, tell } = told;
  writeIf(tell.run, textFor(tell.run, run));
  const telling = { deployment, fire, step, at: at.join(".") };
  if (next.kind === "switch") {
    storage.write(toldCaseKey(telling), [encoded(next.case)]);
    writeIf(tell.case, textFor(tell.case, next.case));
  }
  if (next.kind !== "foreach" && next.kind !== "gang" && next.kind !== "branch") return;
  const size = sizeOf(next);
  const items = Array.from({ length: size }, (_, index) => index);
  // How many paths a branch has is known before.
  if (next.kind !== "branch") storage.write(toldItemsKey(telling), [encoded(items)]);
  writeIf(tell.size, String(size));
  writeIf(tell.items, JSON.stringify(items));
}

interface TellOptions {
  readonly told: ToldTask;
  readonly step: string;
  readonly at: readonly number[];
  readonly next: TakenTransition;
  /** `Flow/run` */
  readonly run: string;
}

/** Targets that read JSON say so by the file's name. */
function textFor(file: string | null, text: string): string {
  return file?.endsWith(".json") === true ? JSON.stringify(text) : text;
}

function writeIf(file: string | null, text: string): void {
  if (file !== null) fs.writeFileSync(file, text);
}

function encoded(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
