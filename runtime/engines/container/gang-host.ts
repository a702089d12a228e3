import dgram from "node:dgram";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { gangPathOf } from "../../datastore/run-keys.ts";
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
  const gangPath = gangPathOf(path);
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
    // Of a datagram socket this sends nothing. Where there is no way out, Node tells the callback, and no listener.
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.connect(9, ELSEWHERE, (error?: Error) => (error === undefined ? resolve() : reject(error)));
    });
    return socket.address().address;
  } catch {
    return firstAddress(Object.values(os.networkInterfaces()).flatMap((some) => some ?? []));
  } finally {
    socket.close();
  }
}

type Address = Pick<os.NetworkInterfaceInfo, "address" | "family" | "internal">;

/** Of this machine's addresses the one that others can reach most likely: IPv4 before IPv6, none of a single link. */
export function firstAddress(addresses: readonly Address[]): string {
  const own = addresses.filter(({ address, internal }) => !internal && !isOfOneLink(address));
  const first = own.find(({ family }) => family === "IPv4") ?? own[0];
  return first?.address ?? "127.0.0.1";
}

/** An interface gives itself such an address where nobody gives it one; it means nothing on another machine. */
function isOfOneLink(address: string): boolean {
  return address.startsWith("169.254.") || /^fe[89ab]/i.test(address);
}
