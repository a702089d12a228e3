import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import { openDatastore } from "../datastore/datastore.ts";
import { RequestLog } from "../monitoring/request-log.ts";
import type { StoreSettings } from "../settings/store-settings.ts";
import { type LaneRole, ServingLane } from "./lanes/serving-lane.ts";
import { ServingLanes } from "./lanes/serving-lanes.ts";
import { ShadowCopies } from "./lanes/shadow-copies.ts";
import { predictionsOf } from "./model/predictions-of.ts";
import { servedVersionOf } from "./model/served-version-of.ts";
import { serviceError } from "./model/service-error.ts";
import { type ServedVersion, versionText } from "./pool/served-version.ts";
import type { ServiceCode } from "./server/service-code.ts";
import { ServiceServer } from "./server/service-server.ts";

export interface RunningServiceOptions {
  readonly Service: AnyClass;
  /** The file that gives it to `serve()`, absolute. */
  readonly file: string;
  /** `churn@production`, and the datastore that has it; null for a service without a model. */
  readonly model: { readonly reference: string; readonly datastore: string; readonly settings: StoreSettings } | null;
  /** Another version of the model, and the share of the requests that it answers, from 0 to 1. */
  readonly canary: { readonly reference: string; readonly share: number } | null;
  /** Another version of the model, that gets a copy of each request and answers nobody. */
  readonly shadow: string | null;
  readonly code: ServiceCode;
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

/** A store may take this long for the last requests, also where all else has taken its time. */
const LEAST_LOG_MS = 5_000;

/** A server with its workers. */
export class RunningService {
  readonly #options: RunningServiceOptions;
  readonly #lanes: ServingLanes;
  readonly #server: ServiceServer;
  #log: RequestLog | null = null;
  #shadowLog: RequestLog | null = null;
  #closeLogs: () => void = () => undefined;
  readonly #id = randomBytes(8).toString("hex");
  readonly #startedAt = Date.now();
  #address = "";

  constructor(options: RunningServiceOptions) {
    this.#options = options;
    const predictions = predictionsOf(options.Service);
    const { timeoutMs, note, model, canary, shadow, workers } = options;
    const laneOf = (role: LaneRole, reference: string | undefined, size: number) =>
      new ServingLane({
        ...{ role, predictions, timeoutMs, note, workers: size, maxQueue: options.maxQueue, env: options.env },
        ...{ Service: options.Service, file: options.file, code: options.code },
        model: model === null || reference === undefined ? null : { reference, datastore: model.datastore },
        onVersion: () => this.#moved(role),
      });
    this.#lanes = new ServingLanes({
      ...{ note, log: () => this.#log, onFallBack: () => this.#sign() },
      stable: laneOf("stable", model?.reference, workers),
      canary:
        canary === null
          ? null
          : {
              share: canary.share,
              lane: laneOf("canary", canary.reference, Math.max(Math.ceil(workers * canary.share), 1)),
            },
      shadow:
        shadow === null
          ? null
          : new ShadowCopies({ timeoutMs, log: () => this.#shadowLog, lane: laneOf("shadow", shadow, workers) }),
    });
    this.#server = new ServiceServer({
      ...{ lanes: this.#lanes, predictions, timeoutMs, note, service: options.Service.name },
      ...{ maxBodyBytes: options.maxBodyBytes, millrace: options.millrace, code: options.code },
    });
  }

  /** What is known of the version that answers. */
  get version(): ServedVersion | null {
    return this.#lanes.stable.keeper.version;
  }

  /**
   * Loads the service in its workers, then listens.
   * @returns its address
   * @throws MillraceError `MILLRACE_SERVICE` or `MILLRACE_MODEL`
   */
  async start(): Promise<string> {
    const { port, host } = this.#options;
    const { stable, others } = this.#versionsNow();
    await this.#lanes.stable.keeper.open(stable);
    this.#openLogs();
    this.#address = await this.#server.listen({ port, host });
    this.#lanes.stable.follow();
    // Those beside it are taken in when they are ready: one that cannot be loaded keeps nobody from an answer.
    for (const { lane, version } of others) {
      lane.keeper.want(version);
      lane.follow();
    }
    this.#sign();
    return this.#address;
  }

  /** Answers what has come, takes nothing more, and ends the workers. */
  async stop(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    await this.#server.drain(limitMs);
    const late = setTimeout(() => this.kill(), Math.max(deadline - performance.now(), 0));
    await Promise.all(this.#all().map((lane) => lane.close()));
    await this.#endLogs(deadline);
    clearTimeout(late);
  }

  async #endLogs(deadline: number): Promise<void> {
    const limitMs = Math.max(deadline - performance.now(), LEAST_LOG_MS);
    const logs = [this.#log, this.#shadowLog].filter((log) => log !== null);
    const areStored = await Promise.all(logs.map((log) => log.close(limitMs)));
    // Closing a store that does not answer would wait for it.
    if (!areStored.includes(false)) return this.#closeLogs();
    this.#options.note("the last requests are not in the log: the datastore does not answer");
  }

  /** Ends the workers at once. */
  kill(): void {
    for (const { keeper } of this.#all()) keeper.kill();
  }

  #all(): ServingLane[] {
    const { stable, canary, shadow } = this.#lanes;
    return [stable, ...(canary === null ? [] : [canary]), ...(shadow === null ? [] : [shadow.lane])];
  }

  #moved(role: LaneRole): void {
    if (role === "canary") this.#lanes.canaryMoved();
    this.#sign();
  }

  /** What all references mean now. A reference that means nothing is refused before anything is started. */
  #versionsNow() {
    const { model, canary, shadow } = this.#options;
    if (model === null) return { stable: null, others: [] };
    const store = openDatastore(model.datastore, { settings: model.settings });
    try {
      const stable = servedVersionOf(store, model.reference);
      const beside = (lane: ServingLane | null, reference: string | undefined) => {
        if (lane === null || reference === undefined) return [];
        const version = servedVersionOf(store, reference);
        if (version.name === stable.name) return [{ lane, version }];
        throw serviceError(
          `Cannot answer with ${versionText(version)} beside ${versionText(stable)} because it is a version of another model`,
          { hint: `name a version of ${stable.name}: --${lane.role} ${stable.name}@latest` },
        );
      };
      return {
        stable,
        others: [
          ...beside(this.#lanes.canary, canary?.reference),
          ...beside(this.#lanes.shadow?.lane ?? null, shadow ?? undefined),
        ],
      };
    } finally {
      store.close();
    }
  }

  #openLogs(): void {
    const { model, logShare, shadow } = this.#options;
    const { version } = this;
    if (model === null || version === null || logShare === 0) return;
    const store = openDatastore(model.datastore, { settings: model.settings });
    this.#closeLogs = () => store.close();
    const of = { store, model: version.name, server: this.#id, sample: logShare };
    this.#log = new RequestLog(of);
    if (shadow !== null) this.#shadowLog = new RequestLog({ ...of, role: "shadow" });
  }

  /** Says in the store which versions answer. */
  #sign(): void {
    if (this.#address === "") return;
    const of = { id: this.#id, address: this.#address, startedAt: this.#startedAt };
    for (const lane of this.#all()) lane.sign(lane.role === "canary" ? { ...of, share: this.#lanes.canaryShare } : of);
  }
}
