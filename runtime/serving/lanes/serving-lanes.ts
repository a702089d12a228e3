import { performance } from "node:perf_hooks";
import type { RequestLog } from "../../monitoring/request-log.ts";
import type { Prediction } from "../model/predictions-of.ts";
import { versionText } from "../pool/served-version.ts";
import type { ServedAnswer, WaitingRequest } from "../queue/waiting-request.ts";
import { loggedRows } from "../server/logged-rows.ts";
import { type AnswerFacts, CanaryGuard, CLIENT_LEFT } from "./canary-guard.ts";
import type { ServingLane } from "./serving-lane.ts";
import type { ShadowCopies } from "./shadow-copies.ts";
import { shareOfId } from "./share-of-id.ts";

/** A request, and the version that is to answer it. */
export interface LaneRequest {
  readonly lane: ServingLane;
  readonly prediction: Prediction;
  readonly arrivedAt: number;
  /** Its client gives it less time than the server does. */
  readonly isHasty: boolean;
}

/** A request that was answered, or refused. */
export interface SettledRequest extends LaneRequest {
  readonly answer: ServedAnswer;
  readonly id: string;
  /** Null where it was not read. */
  readonly request: Pick<WaitingRequest, "body" | "rows" | "arrow"> | null;
}

export interface ServingLanesOptions {
  readonly stable: ServingLane;
  /** `share`: of the requests, from 0 to 1. */
  readonly canary: { readonly lane: ServingLane; readonly share: number } | null;
  readonly shadow: ShadowCopies | null;
  /** Null where requests are not kept. */
  log(): RequestLog | null;
  /** The canary does not answer any more. */
  onFallBack(): void;
  /** For the log. */
  note(text: string): void;
}

/** Decides which version answers a request, and sees what became of it. */
export class ServingLanes {
  readonly stable: ServingLane;
  readonly shadow: ShadowCopies | null;
  readonly #options: ServingLanesOptions;
  readonly #guard = new CanaryGuard();
  #hasFallenBack = false;
  /** Since when the canary has its version. */
  #canarySince = -Infinity;

  constructor(options: ServingLanesOptions) {
    this.#options = options;
    this.stable = options.stable;
    this.shadow = options.shadow;
  }

  get canary(): ServingLane | null {
    return this.#options.canary?.lane ?? null;
  }

  /** Of the requests that the canary answers now. */
  get canaryShare(): number {
    return this.#hasFallenBack ? 0 : (this.#options.canary?.share ?? 0);
  }

  /** The canary has another version, which is to show what it can. */
  canaryMoved(): void {
    this.#hasFallenBack = false;
    this.#canarySince = performance.now();
    this.#guard.reset();
  }

  /** The same lane for the same visitor, or id, as long as the canary answers. */
  of(id: string): ServingLane {
    const { canary } = this;
    return canary !== null && canary.keeper.ready > 0 && shareOfId(id) < this.canaryShare ? canary : this.stable;
  }

  /** For the metrics, and for whoever looks later at how the model did. */
  settled(settled: SettledRequest): void {
    const { lane, prediction, arrivedAt, answer, id, request } = settled;
    const ms = performance.now() - arrivedAt;
    const { status, rows } = answer;
    this.#counted(settled, { status, ms });
    // What no version computed counts for the one that answers.
    const version = answer.version ?? lane.keeper.version;
    if (version === null) return;
    const log = this.#options.log();
    const { number, hash } = version;
    const at = Date.now() - Math.round(ms);
    const facts = { id, at, method: prediction.name, number, hash, status, rows, latencyMs: ms };
    const isKept = log?.add(facts, () => loggedRows(request?.body ?? NOTHING, answer)) ?? false;
    if (request !== null) this.shadow?.copy({ prediction, request, answer, id, isKept });
  }

  /** Its client was gone before it was answered. */
  left(request: LaneRequest): void {
    this.#counted(request, { status: CLIENT_LEFT, ms: performance.now() - request.arrivedAt });
  }

  #counted({ lane, prediction, arrivedAt, isHasty }: LaneRequest, facts: AnswerFacts): void {
    lane.metrics.request(prediction.name, facts);
    // A request from before the canary had its version may have been given to the one before it.
    if (lane === this.stable || arrivedAt >= this.#canarySince) this.#guarded(lane, { ...facts, isHasty });
  }

  #guarded(lane: ServingLane, facts: AnswerFacts): void {
    if (this.#options.canary === null) return;
    if (lane === this.stable) return this.#guard.stable(facts);
    const why = this.#hasFallenBack ? null : this.#guard.canary(facts);
    if (why === null) return;
    this.#hasFallenBack = true;
    const { version } = lane.keeper;
    this.#options.note(
      `the canary ${version === null ? "" : versionText(version)} answers no more until it is another version: ${why}`,
    );
    // Not at once: whoever settles a request is at the queue.
    queueMicrotask(() => lane.dispatcher.handOver(this.stable.dispatcher));
    this.#options.onFallBack();
  }
}

const NOTHING = Buffer.alloc(0);
