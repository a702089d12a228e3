import dgram from "node:dgram";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunRecord } from "../../datastore/run-record.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { TaskSpec } from "../../task/task-spec.ts";

export interface GangHostOptions {
  /** Each look at the record is a request. */
  readonly isRemote: boolean;
  /** Once it is aborted nobody waits for the address. */
  readonly signal: AbortSignal;
}

const LOOK_MS = 50;
const REMOTE_LOOK_MS = 1_000;

/**
 * Where the tasks of this one's gang reach the first of them: that one writes it down as it begins, the others wait for it.
 * Null for a task that is in no gang.
 */
export async function gangHost(record: RunRecord, spec: TaskSpec, of: GangHostOptions): Promise<string | null> {
  const { gang, path, attempt } = spec;
  if (gang === null) return null;
  const gangPath = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  if (gang.index === 0) {
    const mainHost = await ownAddress();
    await record.writeGang(gangPath, { format: RECORD_FORMAT, mainHost, attempt, time: Date.now() });
    return mainHost;
  }
  for (;;) {
    const known = record.gang(gangPath);
    if (known !== null) return known.mainHost;
    await sleep(of.isRemote ? REMOTE_LOOK_MS : LOOK_MS, undefined, { signal: of.signal });
  }
}

/** For documentation (RFC 5737): it only says which way leads out. */
const ELSEWHERE = "192.0.2.1";

/** The address of this machine on the network through which it reaches others; its first one where it reaches none. */
async function ownAddress(): Promise<string> {
  const socket = dgram.createSocket("udp4");
  try {
    // Of a datagram socket this sends nothing.
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.connect(9, ELSEWHERE, resolve);
    });
    return socket.address().address;
  } catch {
    const addresses = Object.values(os.networkInterfaces()).flatMap((some) => some ?? []);
    const own = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
    return own?.address ?? "127.0.0.1";
  } finally {
    socket.close();
  }
}
