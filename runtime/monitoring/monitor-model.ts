import { setImmediate as giveWay } from "node:timers/promises";
import { largest, smallest } from "../../sdk/base/largest.ts";
import { settledModels } from "../catalog/models/list-models.ts";
import { parseModelPointer } from "../catalog/models/model-pointer.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { finishSteps } from "./finish-steps.ts";
import type { MonitorReport } from "./monitor-report.ts";
import { isWithin, readRequests, touches } from "./read-requests.ts";
import { type BlockTaker, type MonitoredTime, TimeReport } from "./time-report.ts";
import { UnreadParts } from "./unread-parts.ts";

interface MonitorOptions {
  /** `churn`, or a version of it: then only its requests are compared. */
  readonly reference: string;
  /** What they have in common is read once. */
  readonly times: readonly [MonitoredTime, ...MonitoredTime[]];
  readonly falseAlarms: number;
}

/**
 * Reads what a model was asked in some times, and compares each with what it was trained on or with a time before.
 * @returns a report for each time
 * @throws MillraceError `MILLRACE_MODEL` for a model or version that is not there
 */
export function monitorModel(store: Datastore, options: MonitorOptions): [MonitorReport, ...MonitorReport[]] {
  return finishSteps(reports(store, options));
}

/** The same while other work of the process goes on in between, until the signal says that nobody waits any more. */
export async function monitorModelInTurns(
  store: Datastore,
  { signal, ...options }: MonitorOptions & { readonly signal: AbortSignal },
): Promise<[MonitorReport, ...MonitorReport[]]> {
  const steps = reports(store, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await giveWay();
    signal.throwIfAborted();
  }
}

function* reports(
  store: Datastore,
  { reference, times, falseAlarms }: MonitorOptions,
): Generator<undefined, [MonitorReport, ...MonitorReport[]]> {
  const isVersion = reference.includes("@");
  const { model, pointer } = parseModelPointer(isVersion ? reference : `${reference}@latest`);
  const models = settledModels(store, model);
  models.knownNumbers(model);
  const number = isVersion ? models.pointed({ model, pointer }).number : null;
  const unread = new UnreadParts();
  const reportOf = (time: MonitoredTime) => new TimeReport(store, { model, number, falseAlarms, time, unread });
  const first = reportOf(times[0]);
  const more = times.slice(1).map(reportOf);
  const all = [first, ...more];
  const earlier = all.flatMap((report) => (report.earlier === null ? [] : [report.earlier]));
  for (const to of [earlier, all]) yield* readInto(store, { model, to, unread });
  const found: [MonitorReport, ...MonitorReport[]] = [yield* first.report()];
  for (const report of more) found.push(yield* report.report());
  return found;
}

function* readInto(
  store: Datastore,
  { model, to, unread }: { readonly model: string; readonly to: readonly BlockTaker[]; readonly unread: UnreadParts },
): Generator<undefined, void> {
  if (to.length === 0) return;
  const window = {
    from: smallest(to.map((one) => one.window.from)),
    to: largest(to.map((one) => one.window.to)),
  };
  for (const { block, requests } of readRequests(store, { model, window, unread })) {
    for (const one of to)
      if (touches(block, one.window))
        one.add(
          block,
          requests.filter(({ at }) => isWithin(at, one.window)),
        );
    yield;
  }
}
