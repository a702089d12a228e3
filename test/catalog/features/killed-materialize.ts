import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { datastoreOn, openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { entity, featureView, jsonl, sum } from "../../../sdk/features/index.ts";

const UNTIL = Date.UTC(2026, 2, 29);
const PARTS = 4;
const PART_MS = 60;

/** A view of four files, each of which takes a while to read. */
function slowView(folder: string) {
  for (let part = 0; part < PARTS; part += 1) {
    const file = path.join(folder, `${part}.jsonl`);
    if (!fs.existsSync(file))
      fs.writeFileSync(file, JSON.stringify({ id: `c${part}`, at: UNTIL - part, value: part + 1 }));
  }
  const { spec } = jsonl(path.join(folder, "*.jsonl"), { event: "at" });
  const read: typeof spec.read = async (...given) => {
    await sleep(PART_MS);
    return spec.read(...given);
  };
  return featureView("slow", {
    entity: entity("customer", { keys: { id: "string" } }),
    source: { spec: { ...spec, read } },
    features: { spend: sum("value") },
  });
}

/** Materializes it; what is written goes by `before` first. */
export function materializeSlow(folder: string, location: string, before: () => void = () => undefined) {
  const { storage } = openDatastore(location);
  const watched = new Proxy(storage, {
    get(target, property: keyof Storage) {
      const found = target[property];
      if (typeof found !== "function" || !["write", "create", "deposit", "remove"].includes(property)) return found;
      return (...given: never[]) => {
        before();
        return (found as (...args: never[]) => unknown).apply(target, given);
      };
    },
  });
  const { definition } = slowView(folder).all;
  return materializeView(datastoreOn(watched), definition, { until: UNTIL, username: "ada" });
}

const [, , folder, location, writes] = process.argv;
if (process.argv[1] === import.meta.filename && folder !== undefined && location !== undefined) {
  let left = Number(writes);
  await materializeSlow(folder, location, () => {
    if (left-- <= 0) process.kill(process.pid, "SIGKILL");
  });
}
