import os from "node:os";
import { prepareDatastore } from "../../../datastore/datastore.ts";
import { ProductionScheduler } from "../../../deploy/local/production-scheduler.ts";
import type { SchedulerNews } from "../../../deploy/local/scheduler-news.ts";
import { Webhooks } from "../../../deploy/local/webhooks.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { SchedulerFlags } from "./flags.ts";
import { endSignals } from "../../end-signals.ts";
import { newsText } from "./news-text.ts";

export { installScheduler } from "./install-scheduler.ts";

/** Within this time a second signal stops the runs, too. */
const SECOND_SIGNAL_MS = 2_000;

/** `scheduler`: goes on until it is asked to end; the runs that it started then go on without it. */
export async function runScheduler(context: StoreContext, flags: SchedulerFlags): Promise<void> {
  const { settings } = context;
  const output = context.output(flags);
  const store = context.datastore(flags);
  prepareDatastore(store);
  const tell = (news: SchedulerNews) => {
    if (output.isJson) output.json({ time: Date.now(), ...news });
    else output.print(newsText(news, output.colors));
  };
  const scheduler = new ProductionScheduler({
    ...{ store, settings },
    slots: flags.slots ?? os.availableParallelism(),
    queues: settings.queues(),
    tell,
  });
  const say = (text: string) => output.note(output.colors.dim(text));
  const webhooks =
    flags.listen === undefined
      ? null
      : new Webhooks({ ...flags.listen, store, settings, published: () => scheduler.wake() });
  const address = (await webhooks?.listen()) ?? null;
  const asked = endSignals();
  if (!output.isJson) say(`schedules and events of ${store.storage.location}; Ctrl-C ends this process, not its runs`);
  if (address !== null) tell({ type: "listening", address });
  await scheduler.start();
  await asked.first;
  await webhooks?.close();
  if (scheduler.drives > 0) {
    say(`${scheduler.drives} of its runs go on by themselves; the same signal within two seconds stops them, too`);
    const isSecond = await Promise.race([asked.second.then(() => true), after(SECOND_SIGNAL_MS)]);
    if (isSecond) await scheduler.stopRuns();
  }
  await scheduler.close();
  store.close();
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
