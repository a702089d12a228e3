import process from "node:process";
import { inspect } from "node:util";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { listRuns } from "../../runtime/datastore/reader/list-runs.ts";
import { resolveFlow } from "../../runtime/datastore/reader/resolve-flow.ts";
import type { RunHeader } from "../../runtime/datastore/reader/run-summary.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { type ClientOptions, storeOf } from "./client-options.ts";
import { checkRunsOptions, type RunsOptions } from "./chosen-tasks.ts";
import { Listing } from "./listing.ts";
import { type Namespace, namespaceOf } from "./namespace.ts";
import { DISPLAY, type MimeBundle, refuseNew } from "./mime-bundle.ts";
import { Run } from "./run.ts";
import { RunReader } from "./run-reader.ts";
import { visibleLine } from "../base/visible.ts";

/** A flow shows so many runs of itself. */
const SHOWN_RUNS = 20;

/**
 * A flow, as far as a datastore has runs of it.
 *
 * @example
 * ```ts
 * const flow = await Flow.get<RecSysFlow>("RecSysFlow");
 * const run = await flow.latestSuccessfulRun();
 * console.log(await run.data.score);
 * ```
 */
export class Flow<F = unknown> {
  /** The flow's name, which is that of its class. */
  readonly name: string;
  readonly #store: Datastore;
  readonly #namespace: Namespace | null | undefined;

  /** @internal */
  constructor(source: NamedFlow, options: Pick<ClientOptions, "namespace"> = {}) {
    refuseNew(source, { by: NamedFlow, type: "Flow" });
    this.name = source.name;
    this.#store = source.store;
    this.#namespace = options.namespace;
  }

  /**
   * Opens a flow; its class, given as a type, types what its runs give.
   *
   * @param name - of the flow's class
   * @throws MillraceError `MILLRACE_UNKNOWN_FLOW` that names the nearest, if the datastore has no run of it
   *
   * @example
   * ```ts
   * const flow = await Flow.get<RecSysFlow>("RecSysFlow", { datastore: "../project/.millrace" });
   * const model = await (await flow.latestSuccessfulRun()).data.model; // typed
   * ```
   */
  static async get<F = unknown>(name: string, options: ClientOptions = {}): Promise<Flow<F>> {
    await Promise.resolve();
    namespaceOf(options);
    const store = storeOf(options);
    return new Flow(new NamedFlow(store, resolveFlow(store, name)), options);
  }

  /**
   * All flows that the datastore has runs of, by name.
   *
   * @example
   * ```ts
   * for (const flow of await Flow.list()) console.log(flow.name);
   * ```
   */
  static async list(options: ClientOptions = {}): Promise<readonly Flow[]> {
    await Promise.resolve();
    const store = storeOf(options);
    return store.flows().map((name) => new Flow(new NamedFlow(store, name), options));
  }

  /**
   * The flow's runs, newest first; they are read one by one, so a `limit`, or leaving the loop, spares the rest.
   *
   * @example
   * ```ts
   * const flow = await Flow.get("RecSysFlow");
   * const page = await flow.runs({ status: "succeeded", tags: ["nightly"], limit: 20 }).toArray();
   * const next = await flow.runs({ status: "succeeded", limit: 20, before: page.at(-1)?.id }).toArray();
   * ```
   */
  runs(options: RunsOptions = {}): Listing<Run<F>> {
    checkRunsOptions(options);
    return new Listing(() => this.#runs(options));
  }

  /** @throws MillraceError `MILLRACE_UNKNOWN_RUN` if there is none */
  latestRun(options: Pick<RunsOptions, "tags" | "namespace"> = {}): Promise<Run<F>> {
    return this.#latest(options);
  }

  /** @throws MillraceError `MILLRACE_UNKNOWN_RUN` if there is none */
  latestSuccessfulRun(options: Pick<RunsOptions, "tags" | "namespace"> = {}): Promise<Run<F>> {
    return this.#latest({ ...options, status: "succeeded" });
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { flowPage } = await import("./display/flow-page.ts");
    const headers = [...this.#headers({ limit: SHOWN_RUNS + 1 })];
    return flowPage(this.name, { runs: headers.slice(0, SHOWN_RUNS), hasMore: headers.length > SHOWN_RUNS });
  }

  /** @internal */
  [inspect.custom](): string {
    return visibleLine(`Flow ${this.name} in ${this.#store.storage.location}`);
  }

  *#runs(options: RunsOptions): Generator<Run<F>> {
    for (const header of this.#headers(options)) yield new Run<F>(new RunReader(this.#store, header));
  }

  *#headers(options: RunsOptions): Generator<RunHeader> {
    const { before, after, limit = Infinity } = options;
    const isOldestFirst = options.order === "oldest";
    let left = limit;
    if (left <= 0) return;
    const headers = listRuns(this.#store, {
      flow: this.name,
      status: options.status,
      tags: options.tags,
      namespace: namespaceOf({ namespace: options.namespace === undefined ? this.#namespace : options.namespace }),
      before: typeof before === "string" ? before : undefined,
      after: typeof after === "string" ? after : undefined,
      isOldestFirst,
      onUnreadable: (run, error) =>
        process.emitWarning(`The run ${run} is left out: ${error.message}`, "MillraceWarning"),
    });
    for (const header of headers) {
      const isEarly = after instanceof Date && header.startedAt <= after.getTime();
      const isLate = before instanceof Date && header.startedAt >= before.getTime();
      // Runs are listed by their start: no further one can be in time.
      if (isOldestFirst ? isLate : isEarly) return;
      if (isEarly || isLate) continue;
      yield header;
      left -= 1;
      if (left === 0) return;
    }
  }

  async #latest(options: RunsOptions): Promise<Run<F>> {
    for await (const run of this.runs({ ...options, limit: 1 })) return run;
    const whose = namespaceOf({ namespace: options.namespace === undefined ? this.#namespace : options.namespace });
    const wanted = [
      ...(options.status === undefined ? [] : [`status ${options.status}`]),
      ...(options.tags ?? []).map((tag) => `tag ${tag}`),
      ...(whose === "all" ? [] : [`namespace ${whose}`]),
    ];
    throw new MillraceError({
      code: "MILLRACE_UNKNOWN_RUN",
      headline: `Cannot find the latest run of ${this.name} because no run matches: ${wanted.join(", ") || "there is none"}`,
      details: [`datastore: ${this.#store.storage.location}`, `runs in all: ${this.#store.runs(this.name).length}`],
      hint: "flow.runs() lists all runs",
    });
  }
}

/** Where a flow's runs are, for those who make the object. */
export class NamedFlow {
  readonly store: Datastore;
  readonly name: string;

  constructor(store: Datastore, name: string) {
    this.store = store;
    this.name = name;
  }
}
