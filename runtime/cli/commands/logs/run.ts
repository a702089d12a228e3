import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { LogTail } from "../../../datastore/reader/log-tail.ts";
import { resolvePathspec, type ResolvedPathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import type { LogsFlags } from "./flags.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { followLogs } from "./follow-logs.ts";
import { LogPrinter } from "./log-printer.ts";
import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { attemptNumbers, type LogSource, sourcesOf } from "../../../datastore/reader/log-source.ts";

export interface ShowLogsOptions extends LogsFlags {
  readonly pathspec: string;
}

export async function showLogs(context: StoreContext, options: ShowLogsOptions): Promise<void> {
  const output = context.output(options);
  const store = context.datastore(options);
  const chosen = resolvePathspec(store, {
    flow: flowMeant(context, { store, text: options.pathspec }),
    text: options.pathspec,
    owner: ownerMeant(context, options),
  });
  if (options.attempt !== undefined && options.follow !== true) checkAttempt(chosen, options.attempt);
  const printer = new LogPrinter(output, {
    stream: options.stream,
    hasTimes: options.timestamps ?? false,
    hasNames: chosen.task === null && options.raw !== true,
    isRaw: options.raw ?? false,
    labels: new ItemLabels(store.blobs),
  });
  if (options.follow === true) {
    const status = await followLogs(store, { chosen, printer, attempt: options.attempt });
    if (status === "stale") output.note(`${chosen.run.run} is stale: its process is gone`);
    return;
  }
  for (const task of chosen.tasks) {
    const sources = sourcesOf(chosen.run, { task, attempt: options.attempt });
    await printFirst(printer, { sources, storage: store.storage });
  }
}

/** An attempt that only concluded the one before it, for `@catchError`, has no output: then that one's is shown. */
async function printFirst(
  printer: LogPrinter,
  { sources, storage }: { sources: readonly LogSource[]; storage: Datastore["storage"] },
): Promise<void> {
  for (const source of sources) {
    if (await printer.write(source, new LogTail(storage, source).next())) return printer.end(source);
  }
}

function checkAttempt({ run, step, task, tasks }: ResolvedPathspec, attempt: number): void {
  const numbers = [...new Set(tasks.flatMap(attemptNumbers))].sort((a, b) => a - b);
  if (numbers.includes(attempt)) return;
  const place = [run.flow, run.run, step, task].filter((part) => part !== null).join("/");
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot show attempt ${attempt} of ${place} because there is no such attempt`,
    details: [numbers.length === 0 ? "nothing has started there" : `attempts: ${numbers.join(", ")}`],
  });
}
