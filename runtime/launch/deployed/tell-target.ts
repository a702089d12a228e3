import fs from "node:fs";
import type { TakenTransition } from "../../datastore/records.ts";
import type { Storage } from "../../datastore/storage.ts";
import { toldCaseKey, toldItemsKey } from "../../datastore/telling-task.ts";
import { sizeOf } from "./task-place.ts";
import type { ToldTask } from "./told-task.ts";

/** Tells the target where a task has gone on: in the files that it named, and in the datastore under keys that it can compute. */
export function tellTarget(
  storage: Storage,
  { told, step, at, next }: { told: ToldTask; step: string; at: readonly number[]; next: TakenTransition },
): void {
  const { deployment, fire, tell } = told;
  const telling = { deployment, fire, step, at: at.join(".") };
  if (next.kind === "switch") {
    storage.write(toldCaseKey(telling), [encoded(next.case)]);
    writeIf(tell.case, next.case);
  }
  if (next.kind !== "foreach" && next.kind !== "gang" && next.kind !== "branch") return;
  const size = sizeOf(next);
  const items = Array.from({ length: size }, (_, index) => index);
  // How many paths a branch has is known before.
  if (next.kind !== "branch") storage.write(toldItemsKey(telling), [encoded(items)]);
  writeIf(tell.size, String(size));
  writeIf(tell.items, JSON.stringify(items));
}

function writeIf(file: string | null, text: string): void {
  if (file !== null) fs.writeFileSync(file, text);
}

function encoded(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
