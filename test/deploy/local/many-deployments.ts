import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { versionKey } from "../../../runtime/datastore/kinds/deployment.ts";
import { moveKey } from "../../../runtime/datastore/kinds/deployment-move.ts";
import { deployed, everyMinute, type LocalFlows } from "./local-store.ts";

/** So many deployments, each with a schedule that fires once a day, half a day from now. */
export async function manyDeployments(flows: LocalFlows, store: Datastore, count: number): Promise<void> {
  const hour = (new Date().getUTCHours() + 12) % 24;
  const rule = everyMinute({ cron: `0 ${hour} * * *` });
  const version = deployed(flows, store, { name: "d0", triggers: { schedules: [rule] } });
  const move = JSON.parse(Buffer.from(store.storage.read(moveKey("d0", 1)) ?? []).toString()) as object;
  const names = Array.from({ length: count - 1 }, (_, at) => `d${at + 1}`);
  const written = names.flatMap((name) => [
    [versionKey(name, 1), { ...version, deployment: name }] as const,
    [moveKey(name, 1), move] as const,
  ]);
  for (let at = 0; at < written.length; at += AT_ONCE)
    await Promise.all(
      written.slice(at, at + AT_ONCE).map(async ([key, record]) => store.storage.writeSoon(key, [encoded(record)])),
    );
}

const AT_ONCE = 20;

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
