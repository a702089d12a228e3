import { randomBytes } from "node:crypto";
import os from "node:os";
import { performance } from "node:perf_hooks";
import process from "node:process";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import { RequestLog } from "../monitoring/request-log.ts";
import { openDatastore } from "../datastore/datastore.ts";
import type { StoreSettings } from "../settings/store-settings.ts";
import type { ServiceSetup } from "./channel/service-command.ts";
import { ModelKeeper } from "./model/model-keeper.ts";
import { ModelWatch } from "./model/model-watch.ts";
import { predictionsOf } from "./model/predictions-of.ts";
import { servedVersionOf } from "./model/served-version-of.ts";
import { Dispatcher } from "./pool/dispatcher.ts";
import { Generation } from "./pool/generation.ts";
import type { ServedVersion } from "./pool/served-version.ts";
import { ServiceMetrics } from "./server/service-metrics.ts";
import { ServiceServer } from "./server/service-server.ts";

export interface RunningServiceOptions {
  readonly Service: AnyClass;
  /** The file that gives it to `serve()`, absolute. */
  readonly file: string;
  /** `churn@production`, and the datastore that has it; null for a service without a model. */
  readonly model: { readonly reference: string; readonly datastore: string; readonly settings: StoreSettings } | null;
  readonly port: number;
  readonly host: string;
  /** Processes that answer. */
  readonly workers: number;
  readonly maxBodyBytes: number;
  /** Requests that may wait. */
  readonly maxQueue: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** The share of the requests whose rows are kept in the datastore, from 0 to 1; at 0 none is counted there. */
  readonly logShare: number;
  readonly env: NodeJS.ProcessEnv;
  /** Version of Millrace. */
  readonly millrace: string;
  /** For the log. */
  note(text: string): void;
}

/** So often it is looked at where an alias points. */
const LOOK_EVERY_MS = 1_000;
/** So long a store may take for the last requests, also where all else has taken its time. */
const LEAST_LOG_MS = 5_000;

/** A server with its workers. */
export class RunningService {
  readonly keeper: ModelKeeper;
  readonly #options: RunningServiceOptions;
  readonly #dispatcher: Dispatcher;
  readonly #server: ServiceServer;
  #log: RequestLog | null = null;
  #closeLog: () => void = () => undefined;
  readonly #id = randomBytes(8).toString("hex");
  readonly #startedAt = Date.now();
  #watch: ModelWatch | null = null;
  #address = "";

  constructor(options: RunningServiceOptions) {
    this.#options = options;
    const predictions = predictionsOf(options.Service);
    const { timeoutMs, maxQueue, note } = options;
    const metrics = new ServiceMetrics(predictions.map(({ name }) => name));
    this.#dispatcher = new Dispatcher({
      ...{ predictions, maxQueue },
      onFault: note,
      onBatch: (batch) => metrics.batch(batch),
      onLate: (now) => this.keeper.killStuck(now - timeoutMs, `it took longer than ${timeoutMs} ms for a batch`),
    });
    this.keeper = new ModelKeeper({
      note,
      start: (version) => this.#generation(version),
      onReady: (generation) => {
        this.#dispatcher.use(generation);
        this.#sign();
      },
    });
    this.#server = new ServiceServer({
      ...{ log: () => this.#log, predictions, metrics, timeoutMs, keeper: this.keeper, dispatcher: this.#dispatcher },
      ...{ service: options.Service.name, maxBodyBytes: options.maxBodyBytes, millrace: options.millrace, note },
    });
  }

  /**
   * Loads the service in its workers, then listens.
   * @returns its address
   * @throws MillraceError `MILLRACE_SERVICE` or `MILLRACE_MODEL`
   */
  async start(): Promise<string> {
    const { model, port, host } = this.#options;
    await this.keeper.open(model === null ? null : versionNow(model));
    this.#log = this.#openLog();
    this.#address = await this.#server.listen({ port, host });
    if (model !== null) this.#follow(model);
    this.#sign();
    return this.#address;
  }

  /** Answers what has come, takes nothing more, and ends the workers. */
  async stop(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    await this.#server.drain(limitMs);
    this.#dispatcher.close();
    const late = setTimeout(() => this.keeper.kill(), Math.max(deadline - performance.now(), 0));
    await Promise.all([this.#watch?.close(), this.#endLog(deadline), this.keeper.close()]);
    clearTimeout(late);
  }

  async #endLog(deadline: number): Promise<void> {
    const isStored = await this.#log?.close(Math.max(deadline - performance.now(), LEAST_LOG_MS));
    // Closing a store that does not answer would wait for it.
    if (isStored !== false) return this.#closeLog();
    this.#options.note("the last requests are not in the log: the datastore does not answer");
  }

  #follow({ reference, datastore }: NonNullable<RunningServiceOptions["model"]>): void {
    let trouble = "";
    this.#watch = new ModelWatch({ reference, datastore, everyMs: LOOK_EVERY_MS }, (report) => {
      if (report.type === "version") {
        trouble = "";
        return this.keeper.want(report.version);
      }
      if (report.type === "ended") return;
      if (report.text !== trouble) this.#options.note(`the version before answers on: ${report.text}`);
      trouble = report.text;
    });
  }

  #openLog(): RequestLog | null {
    const { model, logShare } = this.#options;
    const { version } = this.keeper;
    if (model === null || version === null || logShare === 0) return null;
    const store = openDatastore(model.datastore, { settings: model.settings });
    this.#closeLog = () => store.close();
    return new RequestLog({ store, model: version.name, server: this.#id, sample: logShare });
  }

  /** Says in the store which version answers. */
  #sign(): void {
    const { version } = this.keeper;
    const { model, Service } = this.#options;
    if (version === null || model === null || this.#address === "") return;
    const { name, number, hash } = version;
    this.#watch?.sign({
      ...{ id: this.#id, model: name, reference: model.reference, number, hash, service: Service.name },
      ...{ address: this.#address, host: os.hostname(), pid: process.pid, startedAt: this.#startedAt },
    });
  }

  #generation(version: ServedVersion | null): Generation {
    const { file, Service, env, workers, model, note } = this.#options;
    const of =
      version === null || model === null
        ? null
        : { name: version.name, number: version.number, datastore: model.datastore };
    const setup: ServiceSetup = { file, service: Service.name, model: of };
    return new Generation({
      ...{ version, setup, env, workers },
      onFree: () => this.#dispatcher.wake(),
      onLost: (how) => note(`a worker has ended, another takes its place: ${how}`),
    });
  }
}

function versionNow({ reference, datastore, settings }: NonNullable<RunningServiceOptions["model"]>): ServedVersion {
  const store = openDatastore(datastore, { settings });
  try {
    return servedVersionOf(store, reference);
  } finally {
    store.close();
  }
}
