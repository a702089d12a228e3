// Bundled and run as a process of its own for every measurement: `node --expose-gc join-program.mjs JOB`.
import path from "node:path";
import { count, entity, type FeatureDefinition, featureView, features, last, parquet, sum } from "millrace/features";
import { spread } from "../summary.ts";
import { forgetPeak, residentMemory } from "../store/resident-memory.ts";
import { amountOf, DAYS, type JoinJob, type JoinResult, keyOf, sizesOf, START, stepMs, valueOf } from "./join-job.ts";

type Row = Record<string, unknown>;
type View = Parameters<typeof features.historical>[1][number];

const DAY_MS = 86_400_000;
const SAMPLES = 50;
/** Calls after the first one. */
const AGAIN = 20;
const job = JSON.parse(process.argv[2] ?? "") as JoinJob;
const sizes = sizesOf(job);
const prepared = { wide, long, drivers }[job.shape]();

console.log(JSON.stringify(await measured()));

async function measured(): Promise<JoinResult> {
  const { labels, views, timestamp } = prepared;
  forgetPeak();
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  const rows = await features.historical(labels, views, { timestamp });
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  if (rows.length !== labels.length) throw new Error(`${rows.length} rows for ${labels.length} labels`);
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const at = Math.floor((sample * rows.length) / SAMPLES);
    prepared.check(rows[at] as Row, labels[at] ?? {});
  }
  const peak = residentMemory()?.peak ?? process.resourceUsage().maxRSS * 1024;
  const again: number[] = [];
  for (let call = 0; call < (job.shape === "drivers" ? AGAIN : 0); call += 1) {
    const at = performance.now();
    await features.historical(labels, views, { timestamp });
    again.push(performance.now() - at);
  }
  return {
    ms,
    processorMs: (user + system) / 1000,
    peakMb: peak / 1e6,
    againMs: again.length === 0 ? null : spread(again).median,
  };
}

interface Prepared {
  readonly labels: readonly Row[];
  readonly views: readonly View[];
  readonly timestamp: string;
  check(row: Row, label: Row): void;
}

function fileOf(name: string) {
  return path.join(job.folder, name);
}

function wanted(row: Row, name: string, value: unknown): void {
  if (!Object.is(row[name], value)) throw new Error(`${name} is ${String(row[name])}, not ${String(value)}`);
}

function wide(): Prepared {
  const customer = entity("customer", { keys: { id: "number" } });
  const views = Array.from({ length: sizes.views }, (_, view) => {
    const all: Record<string, FeatureDefinition<number | null>> = {};
    for (let at = 0; at < sizes.features; at += 1) all[`f${view}_${at}`] = last<number>(`f${view}_${at}`);
    const source = parquet(fileOf(`view${view}.parquet`), { event: "at" });
    return featureView(`view${view}`, { entity: customer, source, features: all }).all;
  });
  const labels = Array.from({ length: sizes.labels }, (_, id) => ({ id, at: START + DAY_MS }));
  const check = (row: Row) => {
    for (let view = 0; view < sizes.views; view += 1)
      for (let at = 0; at < sizes.features; at += 1)
        wanted(row, `f${view}_${at}`, valueOf(Number(row["id"]), view * sizes.features + at));
  };
  return { labels, views, timestamp: "at", check };
}

function long(): Prepared {
  const { keys, events } = sizes;
  const source = parquet(fileOf("events.parquet"), { event: "at" });
  const all = {
    spend7d: sum("amount", { window: "7d" }),
    orders30d: count({ window: "30d" }),
    amount: last<number>("amount"),
    shop: last<number>("shop"),
  };
  const view = featureView("events", { entity: entity("customer", { keys: { id: "number" } }), source, features: all });
  const labels = Array.from({ length: sizes.labels }, (_, at) => ({
    id: (at * 31) % keys,
    at: START + ((at * 7_919_317) % (DAYS * DAY_MS)),
  }));
  const check = (row: Row, label: Row) => {
    const [time, own] = [Number(label["at"]), firstOf(Number(label["id"]), keys)];
    let [orders, spent, latest] = [0, 0, -1];
    for (let event = own; event < events; event += keys) {
      const at = START + event * stepMs(events);
      if (at > time) break;
      latest = event;
      if (at > time - 30 * DAY_MS) orders += 1;
      if (at > time - 7 * DAY_MS) spent += amountOf(event);
    }
    wanted(row, "orders30d", orders);
    wanted(row, "amount", latest < 0 ? null : amountOf(latest));
    if (Math.abs(Number(row["spend7d"]) - spent) > 1e-6) throw new Error(`spend7d is ${String(row["spend7d"])}`);
  };
  return { labels, views: [view.all], timestamp: "at", check };
}

function firstOf(id: number, keys: number): number {
  for (let event = 0; event < keys; event += 1) if (keyOf(event, keys) === id) return event;
  throw new Error(`no event of ${id}`);
}

function drivers(): Prepared {
  const source = parquet(fileOf("driver_stats.parquet"), { event: "event_timestamp", created: "created" });
  const all = {
    conv_rate: last<number>("conv_rate"),
    acc_rate: last<number>("acc_rate"),
    trips: last("avg_daily_trips"),
  };
  const driver = entity("driver", { keys: { driver_id: "number" } });
  const view = featureView("driver_hourly_stats", { entity: driver, source, features: all, ttl: "1d" });
  const labels = [1001, 1002, 1003].map((driver_id, at) => ({
    driver_id,
    event_timestamp: START + DAY_MS + at * 4_000_000,
  }));
  const check = (row: Row) => {
    const hours = Math.floor((Number(row["event_timestamp"]) - START) / 3_600_000);
    const event = hours * sizes.keys + Number(row["driver_id"]) - 1001;
    wanted(row, "conv_rate", Math.fround(valueOf(event, 0)));
    wanted(row, "trips", event % 1000);
  };
  return { labels, views: [view.all], timestamp: "event_timestamp", check };
}
