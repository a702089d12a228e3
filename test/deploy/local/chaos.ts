import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { deployed, everyMinute, type LocalFlows } from "./local-store.ts";
import { StartedScheduler, until } from "./started-scheduler.ts";

export interface ChaosOptions {
  readonly flows: LocalFlows;
  readonly schedulers: number;
  readonly slots: number;
  readonly deployments: number;
  /** Instants of each, at most 60. */
  readonly instants: number;
  readonly events: number;
  /** So often something is killed, while less than this share of the runs has begun. */
  readonly killEveryMs: number;
  readonly killUntil: number;
  readonly withinMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Gets all that the schedulers told. */
  told?(text: string): void;
}

export interface ChaosReport {
  readonly killedSchedulers: number;
  readonly killedDrivers: number;
  /** Names of fires, of instants and of events. */
  readonly fires: { readonly instants: number; readonly events: number };
  readonly runs: readonly { readonly run: string; readonly status: string; readonly fire: string }[];
  readonly problems: readonly unknown[];
  readonly starts: number;
}

const HOUR_MS = 3_600_000;

/** Many instants and events, several schedulers, and something that kills them and what they started, until all is done. */
export async function chaos(of: ChaosOptions): Promise<ChaosReport> {
  const { flows, deployments, instants } = of;
  const store = openDatastore(flows.datastore);
  const names = Array.from({ length: deployments }, (_, at) => `d${at}`);
  // All within one hour of the past, and none after until tomorrow.
  const from = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
  const rule = everyMinute({ cron: `0-${instants - 1} ${new Date(from).getUTCHours()} * * *` });
  for (const name of names)
    deployed(flows, store, { name, time: from - 1, triggers: { schedules: [rule], events: [row("each")] } });
  const { datastore, cwd } = flows;
  const start = () =>
    new StartedScheduler({ datastore, cwd, args: ["--slots", String(of.slots)], ...(of.env ? { env: of.env } : {}) });
  const alive = Array.from({ length: of.schedulers }, start);
  const all = [...alive];
  const events = new Events(store.storage);
  for (let at = 0; at < of.events; at += 1) events.publish({ name: "row", data: at, username: "ada" });
  const expected = deployments * (instants + of.events);
  const fires = new Fires(store.storage);
  const fired = () => names.flatMap((name) => fires.names(name).map((fire) => ({ name, fire })));
  const open = () => store.storage.list("inbox").filter((name) => /^(fire|event)~/.test(name)).length;
  const killed = { schedulers: 0, drivers: 0 };
  const started = () => all.flatMap((one) => one.of("started"));
  const timer = setInterval(() => {
    const ended = new Set(all.flatMap((one) => one.of("ended")).map(({ run }) => run));
    if (ended.size > expected * of.killUntil) return;
    if ((killed.schedulers + killed.drivers) % 2 === 0) {
      killed.schedulers += 1;
      alive.shift()?.child.kill("SIGKILL");
      const next = start();
      alive.push(next);
      all.push(next);
    } else if (killOne(started().filter(({ run }) => !ended.has(run)))) killed.drivers += 1;
  }, of.killEveryMs);
  try {
    const isDone = () => open() === 0 && fired().length >= expected;
    await until(isDone, () => `${expected} fires: ${fired().length}, ${open()} open`, of.withinMs);
  } finally {
    clearInterval(timer);
    of.told?.(all.flatMap(({ news }) => news.map((one) => JSON.stringify(one))).join("\n"));
  }
  for (const one of alive) one.child.kill("SIGTERM");
  await Promise.all(alive.map((one) => one.ended));
  const runs = store.runs("QuickFlow").flatMap((run) => {
    const { document, status } = readRunHeader(store, { flow: "QuickFlow", run });
    return document.deployment === undefined ? [] : [{ run, status, deployment: document.deployment.name }];
  });
  const fireOf = new Map(fired().map(({ name, fire }) => [fires.find(name, fire)?.run ?? "", `${name}/${fire}`]));
  const { problems } = await checkStore(store, {
    ...{
      isQuick: false,
      isRepair: false,
      signal: new AbortController().signal,
      progress: () => undefined,
      copyOf: null,
    },
  });
  const counts = fired();
  return {
    killedSchedulers: killed.schedulers,
    killedDrivers: killed.drivers,
    fires: {
      instants: counts.filter(({ fire }) => fire.startsWith("at-")).length,
      events: counts.filter(({ fire }) => fire.startsWith("event-")).length,
    },
    runs: runs.map(({ run, status }) => ({ run, status, fire: fireOf.get(run) ?? "none" })),
    problems,
    starts: started().length,
  };
}

function row(policy: "each" | "batch") {
  return { events: ["row"], parameters: {}, policy } as const;
}

/** One of those that are still there. */
function killOne(drivers: readonly { readonly pid: number }[]): boolean {
  for (const { pid } of drivers.toReversed()) {
    if (pid <= 0) continue;
    try {
      process.kill(pid, "SIGKILL");
      return true;
    } catch {
      // It has ended.
    }
  }
  return false;
}
