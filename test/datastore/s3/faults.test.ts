import { describe, expect, test } from "vitest";
import { restOf } from "../storage/contract/rest-of.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import {
  carriedOut,
  type Fault,
  internalError,
  type Misbehaviour,
  type Operation as Kind,
  slowDown,
  tooMany,
  unavailable,
} from "../../rigs/aws/proxy/fault.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { OPERATIONS } from "./operations.ts";
import { type Rig, rigForFile } from "./rig.ts";

const reset = { kind: "reset" } as const;

/** What passes: the operation has to end as if nothing had been. */
const PASSING: Readonly<Record<string, Misbehaviour>> = {
  "503 SlowDown": slowDown,
  "429": tooMany,
  "503 ServiceUnavailable": unavailable,
  "500 InternalError": internalError,
  "500 after the request was carried out": carriedOut(internalError),
  "409 ConditionalRequestConflict": { kind: "answer", status: 409, code: "ConditionalRequestConflict" },
  "a reset connection": reset,
  "a reset after the request was carried out": carriedOut(reset),
  "a reset in the middle of the body": { kind: "cut", by: "reset" },
  "a body that ends early": { kind: "cut", by: "end" },
  "a slow body": { kind: "slow", parts: 5, pauseMs: 20 },
};

/** What must not be taken for the truth; a clear error is right as well. */
const DAMAGE: Readonly<Record<string, Misbehaviour>> = {
  "an answer with another bit": { kind: "flip" },
  "half an answer": { kind: "shorten" },
  "an upload that arrives with another bit": { kind: "flip-upload" },
};

/** Nothing in such answers tells that a bit of them is another: there TLS is what guards them. */
const UNGUARDED: ReadonlySet<Kind> = new Set(["list", "head", "create-upload", "complete-upload", "delete-many"]);

describeWith(MOTO, "an operation on a bucket, with a fault at each kind of request that it makes", () => {
  const rig = rigForFile();

  describe.each(Object.entries(OPERATIONS))("%s", (_, operation) => {
    test.each(Object.entries(PASSING))("meets %s and goes well", async (_, does) => {
      for (const op of (await requestsOf(rig(), operation)).keys())
        await passes(rig(), { operation, fault: { on: { op }, does } });
    });

    test("meets two faults in a row and goes well", async () => {
      for (const op of (await requestsOf(rig(), operation)).keys())
        await passes(rig(), { operation, fault: { on: { op }, does: reset, times: 2 } });
    });

    test.each(Object.entries(DAMAGE))("is never wrong because of %s", async (_, does) => {
      for (const [op, count] of await requestsOf(rig(), operation)) {
        if (UNGUARDED.has(op)) continue;
        for (const after of count > 1 ? [0, 1] : [0])
          await isNeverWrong(rig(), { operation, fault: { on: { op }, does, after } });
      }
    });
  });

  test("what was closed is stored before what is appended elsewhere: of a task that is over the log is whole", async () => {
    const { proxy, truth, via, fresh } = rig();
    const [log, journal] = [fresh(), fresh()];
    await proxy.add({ on: { op: "put", key: log }, does: slowDown, times: 2 });
    const output = via.storage.append(log, { delayMs: 60_000 });
    void output.append("last words\n");
    output.close();
    const records = via.storage.append(journal);
    await Promise.all([records.append("it is over\n"), records.append("as is the run\n")]);
    expect(Buffer.from(truth.storage.read(log) ?? []).toString()).toBe("last words\n");
    expect(Buffer.from(truth.storage.read(journal) ?? []).toString()).toBe("it is over\nas is the run\n");
  });

  test("a list of yesterday shows an object as it was, and never a mix", async () => {
    const { proxy, truth, via, fresh } = rig();
    const key = fresh();
    const appender = truth.storage.append(key);
    const tail = via.storage.tail(key);
    let [seen, whole] = ["", ""];
    await proxy.add({ on: { op: "list" }, does: { kind: "stale" }, times: 1000 });
    for (let at = 0; at < 40; at += 1) {
      const line = `${String(at).repeat(20_000)}\n`;
      await appender.append(line);
      whole += line;
      seen += restOf(tail);
      const read = Buffer.from(via.storage.read(key)!).toString();
      const end = via.storage.end(key, 100)!.bytes.toString();
      expect([seen, read].map((text) => whole.startsWith(text))).toEqual([true, true]);
      expect(end.endsWith("\n") && whole.includes(end)).toBe(true);
    }
    await proxy.clear();
    expect(seen + restOf(tail) === whole).toBe(true);
  });
});

type Operation = (typeof OPERATIONS)[string];

const usual = new Map<Operation, ReadonlyMap<Kind, number>>();

/** How many requests of each kind the operation makes when all goes well. */
async function requestsOf(rig: Rig, operation: Operation): Promise<ReadonlyMap<Kind, number>> {
  const known = usual.get(operation);
  if (known !== undefined) return known;
  const act = operation(rig);
  await rig.proxy.clear();
  act();
  const counts = new Map<Kind, number>();
  for (const { op } of await rig.proxy.requests()) counts.set(op, (counts.get(op) ?? 0) + 1);
  usual.set(operation, counts);
  return counts;
}

async function passes(rig: Rig, run: { operation: Operation; fault: Fault }): Promise<void> {
  const act = await readied(rig, run);
  act();
  await wasMet(rig, run.fault);
}

async function isNeverWrong(rig: Rig, run: { operation: Operation; fault: Fault }): Promise<void> {
  const act = await readied(rig, run);
  try {
    act();
  } catch (error) {
    if (!isMillraceError(error)) throw error;
  }
  await wasMet(rig, run.fault);
}

async function readied(rig: Rig, { operation, fault }: { operation: Operation; fault: Fault }) {
  const act = operation(rig);
  await rig.proxy.clear();
  await rig.proxy.add(fault);
  return act;
}

async function wasMet({ proxy }: Rig, fault: Fault): Promise<void> {
  const met = (await proxy.requests()).filter((request) => request.fault !== null);
  expect(met.length).toBe(fault.times ?? 1);
}
