import os from "node:os";
import process from "node:process";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { ServiceSetup } from "../channel/service-command.ts";
import { ModelKeeper } from "../model/model-keeper.ts";
import { ModelWatch, type SignOfLife } from "../model/model-watch.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { Dispatcher } from "../pool/dispatcher.ts";
import { Generation } from "../pool/generation.ts";
import type { ServedVersion } from "../pool/served-version.ts";
import type { ServiceCode } from "../server/service-code.ts";
import { ServiceMetrics } from "../server/service-metrics.ts";

/** What a version of the model is there for: to answer, to answer some of the requests, or to be looked at only. */
export type LaneRole = "stable" | "canary" | "shadow";

export interface ServingLaneOptions {
  readonly role: LaneRole;
  readonly Service: AnyClass;
  /** The file that gives it to `serve()`, absolute. */
  readonly file: string;
  readonly code: ServiceCode;
  readonly predictions: readonly Prediction[];
  /** Null for a service without a model. */
  readonly model: { readonly reference: string; readonly datastore: string } | null;
  /** Processes that answer. */
  readonly workers: number;
  readonly maxQueue: number;
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  /** Workers with another version answer from now on. */
  onVersion(): void;
  /** For the log. */
  note(text: string): void;
}

/** So often it is looked at where an alias points. */
const LOOK_EVERY_MS = 1_000;
/** The live answers come first where the cores do not suffice for all. */
const SHADOW_NICENESS = 5;

/** One version of the model that is meant: its queue, its processes, and what is counted of it. */
export class ServingLane {
  readonly role: LaneRole;
  readonly keeper: ModelKeeper;
  readonly dispatcher: Dispatcher;
  readonly metrics: ServiceMetrics;
  readonly #options: ServingLaneOptions;
  #watch: ModelWatch | null = null;
  #isClosed = false;

  constructor(options: ServingLaneOptions) {
    const { role, predictions, maxQueue, timeoutMs } = options;
    this.#options = options;
    this.role = role;
    this.metrics = new ServiceMetrics(predictions.map(({ name }) => name));
    this.dispatcher = new Dispatcher({
      ...{ predictions, maxQueue },
      onFault: (text) => this.#note(text),
      onBatch: (batch) => this.metrics.batch(batch),
      onLate: (now) => this.keeper.killStuck(now - timeoutMs, `it took longer than ${timeoutMs} ms for a batch`),
    });
    this.keeper = new ModelKeeper({
      note: (text) => this.#note(text),
      start: (version) => this.#generation(version),
      onReady: (generation) => {
        this.dispatcher.use(generation);
        options.onVersion();
      },
    });
  }

  /** Its processes are being ended: what they do not answer any more is not their fault. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes up where the reference points from now on. */
  follow(): void {
    const { model } = this.#options;
    if (model === null) return;
    let trouble = "";
    this.#watch = new ModelWatch({ ...model, everyMs: LOOK_EVERY_MS }, (report) => {
      if (report.type === "version") {
        trouble = "";
        return this.keeper.want(report.version);
      }
      if (report.type === "ended") return;
      if (report.text !== trouble) this.#note(`the version before answers on: ${report.text}`);
      trouble = report.text;
    });
  }

  /** Says in the store which version answers. */
  sign(of: Pick<SignOfLife, "id" | "address" | "startedAt" | "share">): void {
    const { version } = this.keeper;
    const { model, Service, code } = this.#options;
    if (version === null || model === null) return;
    const { name, number, hash } = version;
    const isStable = this.role === "stable";
    this.#watch?.sign({
      ...{ model: name, reference: model.reference, number, hash, service: Service.name },
      ...{ host: os.hostname(), pid: process.pid, address: of.address, startedAt: of.startedAt },
      ...(code.hash === null ? {} : { code: code.hash }),
      ...(code.wanted === null ? {} : { wantedCode: code.wanted }),
      ...(isStable ? { id: of.id } : { id: `${of.id}-${this.role}`, role: this.role }),
      ...(of.share === undefined ? {} : { share: of.share }),
    });
  }

  /** Says in the store that it has ended, and ends its processes once they have answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.dispatcher.close();
    // Nobody waits for what a shadow is at.
    if (this.role === "shadow") this.keeper.kill();
    await Promise.all([this.#watch?.close(), this.keeper.close()]);
  }

  #note(text: string): void {
    this.#options.note(this.role === "stable" ? text : `${this.role}: ${text}`);
  }

  #generation(version: ServedVersion | null): Generation {
    const { file, Service, env, workers, model } = this.#options;
    const of =
      version === null || model === null
        ? null
        : { name: version.name, number: version.number, datastore: model.datastore };
    const setup: ServiceSetup = { file, service: Service.name, model: of };
    return new Generation({
      ...{ version, setup, env, workers, niceness: this.role === "shadow" ? SHADOW_NICENESS : 0 },
      onFree: () => this.dispatcher.wake(),
      onLost: (how) => this.#note(`a worker has ended, another takes its place: ${how}`),
    });
  }
}
