import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { OnlineView } from "../../../runtime/catalog/features/online/online-view.ts";
import { publishToRedis } from "../../../runtime/catalog/features/redis/publish-to-redis.ts";
import { onlineAnswers } from "../../../runtime/catalog/features/redis/online-answers.ts";
import { redisPlace } from "../../../runtime/catalog/features/redis/redis-place.ts";
import type { ViewSpec } from "../../../runtime/catalog/features/view-spec.ts";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { count, entity, featureView, features, last, rows, sum } from "../../../sdk/features/index.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { REDIS, redisForFile } from "../../rigs/redis.ts";
import { ordersView } from "./online-process.ts";

const customer = entity("customer", { keys: { id: "string" } });
const UNTIL = Date.UTC(2026, 2, 29);
const KEYS = 1500;

type Row = { readonly id: string; readonly at: number; readonly amount: number | null; readonly any: unknown };

function viewOf(data: readonly Row[], name = "spending"): ViewSpec {
  const all = { spent: sum("amount"), any: last("any"), orders: count({ window: "1d" }) };
  return featureView(name, { entity: customer, source: rows(data, { event: "at" }), features: all }).all.definition;
}

const NAMES = ["spent", "any", "orders"];
function asked(ids: readonly string[]) {
  return { length: ids.length, columns: new Map([["id", ids]]), isText: false, where: String };
}

/** All customers, of whom some have a value of their own. */
function amounts(of: Readonly<Record<string, number>>, all = 1): Row[] {
  return Array.from({ length: KEYS }, (_, at) => ({ id: `c${at}`, at: UNTIL, amount: of[`c${at}`] ?? all, any: all }));
}

test.each([
  ["http://cache:6379", /begins with "http:"/u],
  ["redis//:secret@cache", /is not an address/u],
  ["redis://:secret@cache/0/more", /more than the number of a database/u],
  ["redis://:secret@cache?db=1", /more than the number of a database/u],
])("of the wrong address %s nothing is shown that may be secret", (address, said) => {
  const wrong = () => redisPlace(address);
  expect(wrong).toThrow(said);
  expect(wrong).not.toThrow(/secret/u);
});

test("an address is shown without its user and password", () => {
  expect(redisPlace("rediss://ada:secret@cache:6380/2").title).toBe("rediss://cache:6380/2");
});

describeWith(REDIS, "in a Redis", () => {
  const redis = redisForFile();

  function materialize(store: Datastore, view: ViewSpec, more: { until?: number; back?: boolean } = {}) {
    const { until = UNTIL, back } = more;
    return materializeView(store, view, { until, username: "ada", back, onlineStore: redis().url });
  }

  function reader(store: Datastore, name = "spending") {
    return onlineAnswers(store, name, { onlineStore: redis().url });
  }

  async function hashes(name = "spending"): Promise<string[]> {
    return (await redis().ask("KEYS", `millrace:features:{${name}}:*`)) as string[];
  }

  test("answers are those of the snapshot, bit for bit, whatever the values are", async () => {
    const any = fc.constantFrom(null, "\uD800", "é", 7n, 10n ** 30n, -0, NaN, true, new Date(5), new Date(NaN), [
      1,
      null,
    ]);
    const id = fc.constantFrom("a", "", "\uDC00", "é", "stamp", "about", "u", "w");
    const amount = fc.oneof(fc.constantFrom(0, -0, NaN, -Infinity, 5e-324, null), fc.double());
    const row = fc.record({ id, at: fc.nat({ max: 3 }).map((day) => UNTIL - day * 40_000_000), amount, any });
    const ids = ["a", "", "\uDC00", "é", "stamp", "about", "u", "w", "nobody"];
    const store = datastoreOn(memoryStorage());
    const [there, here] = [reader(store, "odd"), new OnlineView(store, "odd")];
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (data) => {
        const view = viewOf(data, "odd");
        await materialize(store, view);
        const found = await there.answer(view, NAMES, asked(ids));
        expect(found).toStrictEqual(await here.answer(view, NAMES, asked(ids)));
      }),
      { numRuns: 15 },
    );
    there.close();
    here.close();
  });

  test("few changes are made where the values are, many beside them; what is old is removed, and a key without rows has none", async () => {
    const store = datastoreOn(memoryStorage());
    const online = reader(store);
    const spent = async (...ids: string[]) =>
      (await online.answer(viewOf([]), ["spent"], asked(ids))).values.get("spent");
    await materialize(store, viewOf(amounts({})));
    const first = await hashes();
    expect([first.length, await redis().ask("HLEN", first[0]!), await redis().ask("TTL", first[0]!)]).toEqual([
      ...[1, KEYS + 2, -1],
    ]);
    expect(await spent("c7", "c8", "nobody")).toEqual([1, 1, 0]);
    const { snapshot } = await materialize(store, viewOf(amounts({ c7: 70 }).slice(0, -1)));
    expect(snapshot.deltas).toHaveLength(1);
    // The same hash, without the last customer.
    expect([await hashes(), await redis().ask("HLEN", first[0]!)]).toEqual([first, KEYS + 1]);
    expect(await spent("c7", "c8", `c${KEYS - 1}`)).toEqual([70, 1, 0]);
    await materialize(store, viewOf(amounts({}, 5)));
    const second = await hashes();
    expect([second.length, second[0] === first[0]]).toEqual([1, false]);
    expect(await spent("c7", "c8")).toEqual([5, 5]);
    online.close();
  });

  test("who reads while values are replaced gets those of one snapshot, and never older ones after newer ones", async () => {
    const store = datastoreOn(memoryStorage());
    const view = (round: number) => viewOf(amounts({ c0: round, c1400: round }, 1 + Math.floor(round / 3)), "changing");
    await materialize(store, view(1));
    const online = reader(store, "changing");
    let [isDone, reads, newest] = [false, 0, 0];
    const reading = (async () => {
      while (!isDone) {
        const { values } = await online.answer(view(0), ["spent"], asked(["c0", "c1400", "c5", "c700"]));
        const [one, two, ...others] = values.get("spent") as number[];
        expect([two, ...others]).toEqual([one, 1 + Math.floor(one! / 3), 1 + Math.floor(one! / 3)]);
        expect(one).toBeGreaterThanOrEqual(newest);
        newest = one!;
        reads += 1;
      }
    })();
    for (let round = 2; round <= 12; round += 1) await materialize(store, view(round));
    isDone = true;
    await reading;
    expect(reads).toBeGreaterThan(3);
    online.close();
  });

  test("values of an earlier instant replace none of a later one, unless it is said, also where two are at it at once", async () => {
    const [one, other] = [datastoreOn(memoryStorage()), datastoreOn(memoryStorage())];
    const online = reader(one, "instants");
    const seen = async () => (await online.answer(viewOf([], "instants"), ["spent"], asked(["c3"]))).answered.until;
    const view = viewOf(amounts({}).slice(0, 50), "instants");
    await Promise.all([materialize(one, view, { until: UNTIL + 1 }), materialize(other, view, { until: UNTIL + 2 })]);
    expect(await seen()).toBe(UNTIL + 2);
    await materialize(one, view, { until: UNTIL + 1 });
    expect(await seen()).toBe(UNTIL + 2);
    await materialize(one, view, { until: UNTIL, back: true });
    expect(await seen()).toBe(UNTIL);
    expect(await hashes("instants")).toHaveLength(1);
    online.close();
  });

  test("a process that ends in the middle leaves the values before, and what it wrote goes by itself", async () => {
    const store = datastoreOn(memoryStorage());
    const online = reader(store, "ended");
    const spent = async () => (await online.answer(viewOf([], "ended"), ["spent"], asked(["c7"]))).values.get("spent");
    await materialize(store, viewOf(amounts({}), "ended"));
    const [before] = await hashes("ended");
    const { snapshot } = await materializeView(store, viewOf(amounts({}, 9), "ended"), {
      until: UNTIL,
      username: "ada",
    });
    const killed = publishToRedis(store, redisPlace(redis().url), {
      ...{ snapshot, back: false },
      pace() {
        throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    const left = (await hashes("ended")).filter((hash) => hash !== before);
    expect([left.length, await spent()]).toEqual([1, [1]]);
    expect(await redis().ask("TTL", left[0]!)).toBeGreaterThan(0);
    // Nothing has to be computed for the next one to bring them.
    expect((await materialize(store, viewOf(amounts({}, 9), "ended"))).isComputed).toBe(false);
    expect(await spent()).toEqual([9]);
    online.close();
  });

  test("values that Redis has dropped are told, not taken for keys without rows, and materialize brings them again", async () => {
    const store = datastoreOn(memoryStorage());
    const online = reader(store, "dropped");
    const view = viewOf(amounts({}).slice(0, 9), "dropped");
    const spent = async () => (await online.answer(view, ["spent"], asked(["c7"]))).values.get("spent");
    await expect(spent()).rejects.toThrow(/dropped was not materialized in redis:\/\/127\.0\.0\.1:\d+\/0/u);
    await materialize(store, view);
    expect(await spent()).toEqual([1]);
    await redis().ask("DEL", ...(await hashes("dropped")));
    await expect(spent()).rejects.toThrow(/their values are gone from redis:.*materialize again/su);
    await materialize(store, view);
    expect(await spent()).toEqual([1]);
    await redis().ask("SET", "millrace:features:{dropped}", "something else");
    await expect(spent()).rejects.toThrow(/values are gone|did not write/u);
    online.close();
  });

  test("of another definition nothing is served", async () => {
    const store = datastoreOn(memoryStorage());
    await materialize(store, viewOf(amounts({}).slice(0, 9), "other"));
    const source = rows([], { event: "at" });
    const other = featureView("other", {
      entity: customer,
      source,
      features: { spent: sum("amount", { window: "1d" }) },
    });
    const online = reader(store, "other");
    const answer = online.answer(other.all.definition, ["spent"], asked(["c7"]));
    await expect(answer).rejects.toThrow(/of another definition: spent differs from version 1/u);
    online.close();
  });

  test("features.materialize and features.online of other processes use it by MILLRACE_ONLINE_STORE, and it keeps none from ending", async () => {
    const [made, other] = [temporaryFolder(), temporaryFolder()];
    process.env["MILLRACE_ONLINE_STORE"] = redis().url;
    onTestFinished(() => void delete process.env["MILLRACE_ONLINE_STORE"]);
    const [one] = await features.materialize([ordersView().view.all], { until: 5, datastore: made });
    expect(one).toMatchObject({ keys: 1, isComputed: true });
    // Of another machine, which does not have that datastore.
    const args = ["--import", "tsx", path.join(import.meta.dirname, "online-process.ts")];
    const env = { ...process.env, MILLRACE_DATASTORE: other };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    const [code] = (await once(child, "close")) as [number | null];
    expect([code, said]).toEqual([0, '[{"id":"a","orders":2},{"id":"b","orders":0}]\n']);
  });

  test("a lost connection is made again by the next call; where Redis is not there, an error says where, and no password", async () => {
    const store = datastoreOn(memoryStorage());
    const online = reader(store);
    const view = viewOf(amounts({}).slice(0, 9));
    const spent = async () => (await online.answer(view, ["spent"], asked(["c7"]))).values.get("spent");
    await materialize(store, view, { back: true });
    expect(await spent()).toEqual([1]);
    await redis().ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    expect(await Promise.all([spent(), spent()])).toEqual([[1], [1]]);
    await redis().stop();
    const error = await spent().catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/Cannot ask redis:\/\/127\.0\.0\.1:\d+\/0 because .*ECONNREFUSED/u);
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain("ss-word");
    await expect(materialize(store, view)).rejects.toThrow(/Cannot ask redis:/u);
    await redis().start();
    await expect(spent()).rejects.toThrow(/was not materialized/u);
    await materialize(store, view);
    expect(await spent()).toEqual([1]);
    online.close();
    const wrong = onlineAnswers(store, "spending", { onlineStore: `redis://:other-secret@127.0.0.1:${redis().port}` });
    const refused = await wrong.answer(view, ["spent"], asked(["c7"])).catch((thrown: unknown) => thrown);
    expect(String(refused)).toMatch(/WRONGPASS/u);
    expect(String(refused)).not.toContain("other-secret");
    wrong.close();
  });
});
