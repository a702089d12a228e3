import { expect } from "vitest";
import { ModelStore } from "../../../runtime/catalog/models/model-store.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { type Datastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { eventKind } from "../../../runtime/datastore/kinds/event.ts";
import { atOnce, pathspecOf, trainIn } from "./model-rig.ts";

const PROCESSES = 20;

/** Each process registers, then promotes its version until it has moved the alias; it keeps what it is told on the way. */
const REGISTER_AND_PROMOTE = `
  const { number } = await models.register("churn", process.env.ARTIFACT, { metrics: { auc: Number(process.env.INDEX) } });
  const lost = [];
  for (;;) {
    try {
      const { from, to } = await models.promote("churn", number, { alias: "production", reason: "by " + process.env.INDEX });
      say({ number, from, to, lost });
      break;
    } catch (error) {
      if (error.code !== "MILLRACE_MODEL_MOVED") throw error;
      lost.push(error.headline);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Number(process.env.PAUSE_MS)));
    }
  }`;

interface Told {
  readonly number: number;
  readonly from: number | null;
  readonly to: number;
  readonly lost: readonly string[];
}

export async function race(store: Datastore, env: Readonly<Record<string, string>>): Promise<void> {
  prepareDatastore(store);
  const run = trainIn(store, "20260101-000000000-aaaaa", 1);
  const script = { script: REGISTER_AND_PROMOTE, env: { PAUSE_MS: "0", ...env, ARTIFACT: pathspecOf(run) } };
  const told = (await atOnce(PROCESSES, script)) as Told[];
  const numbers = Array.from({ length: PROCESSES }, (_, index) => index + 1);
  const models = new ModelStore(store);
  expect(told.map(({ number }) => number).sort((a, b) => a - b)).toEqual(numbers);
  expect(models.numbers("churn")).toEqual(numbers);
  for (const number of numbers) expect(models.version("churn", number).artifact.hash).toMatch(/^[0-9a-f]{64}$/);

  const moves = models.moves("churn");
  expect(moves.map(({ sequence }) => sequence)).toEqual(numbers);
  expect(moves.map(({ from }) => from)).toEqual([null, ...moves.slice(0, -1).map(({ to }) => to)]);
  expect(new Set(moves.map(({ from, to }) => `${from} ${to}`))).toEqual(
    new Set(told.map(({ from, to }) => `${from} ${to}`)),
  );
  expect(models.aliases("churn").aliases).toEqual({ production: moves.at(-1)?.to });

  const losers = told.flatMap(({ lost }) => lost);
  for (const headline of losers) {
    const [, from, to, at, who] =
      /from (\w+|not set) to (\d+) because it is (\d+): (\w+) moved it there/.exec(headline) ?? [];
    expect([from, to, at, who], headline).toEqual([from, to, at, who].map(() => expect.any(String)));
    expect(moves.find((move) => move.to === Number(at))?.username, headline).toBe(who);
  }
  const events = store.storage.list("events").map((name) => {
    const key = `events/${name}`;
    return eventKind.parse?.(Buffer.from(store.storage.read(key) ?? "").toString(), key);
  });
  expect(events.map((event) => (event?.data as { to: number }).to).sort((a, b) => a - b)).toEqual(numbers);
  expect(store.storage.list("models/churn/pending")).toEqual([]);
  expect(store.storage.has(blobKey(models.version("churn", 1).artifact.hash))).toBe(true);
}
