import { expect, test, vi } from "vitest";
import { ClaimedWork } from "../../../runtime/catalog/features/online/claimed-work.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { featureWorkKey } from "../../../runtime/datastore/kinds/feature-work.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

/** A claim of another machine, whose clock is wrong by so much. */
function otherMachine(wrongByMs: number) {
  let looks = 0;
  const { storage: disk } = openDatastore(temporaryFolder());
  const list = (prefix: string) => {
    looks += 1;
    return disk.list(prefix);
  };
  const storage = { ...disk, list };
  const record = { format: 1, view: "daily", id: "a1", host: "elsewhere", pid: 7, endedAt: null };
  let beat = Date.now() + wrongByMs;
  const renew = () =>
    storage.write(featureWorkKey("daily", 1), [Buffer.from(JSON.stringify({ ...record, renewedAt: beat++ }))]);
  renew();
  let now = 0;
  let isMine = false;
  const claim = ClaimedWork.claim({ storage, view: "daily", waits: () => undefined, now: () => now }).then((work) => {
    isMine = true;
    return work;
  });
  /** Lets that much time go by for the one that waits, and says whether it has the work then. */
  const after = async (ms: number) => {
    now += ms;
    const before = looks;
    await vi.waitUntil(() => isMine || looks > before + 1, { timeout: 60_000 });
    return isMine;
  };
  return { claim, after, renew };
}

const YEAR_MS = 366 * 86_400_000;

test.each([-YEAR_MS, 0, YEAR_MS])(
  "one that is at work on a machine whose clock is wrong by %d ms is waited for while it goes on, and not longer",
  async (wrongByMs) => {
    const { claim, after, renew } = otherMachine(wrongByMs);
    expect(await after(29_000)).toBe(false);
    renew();
    // What it wrote is seen before time goes by.
    expect(await after(0)).toBe(false);
    expect(await after(29_000)).toBe(false);
    expect(await after(1000)).toBe(true);
    (await claim).end();
  },
);
