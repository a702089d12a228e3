import { performance } from "node:perf_hooks";
import type { RequestLog } from "../../monitoring/request-log.ts";
import type { Prediction } from "../model/predictions-of.ts";
import type { ServedAnswer, WaitingRequest } from "../queue/waiting-request.ts";
import { HeldBytes } from "../server/held-bytes.ts";
import { loggedRows } from "../server/logged-rows.ts";
import type { ServingLane } from "./serving-lane.ts";

/** A request that was answered, for the shadow to answer as well. */
export interface CopiedRequest {
  readonly prediction: Prediction;
  readonly request: Pick<WaitingRequest, "body" | "rows" | "arrow">;
  /** What the client got. */
  readonly answer: ServedAnswer;
  readonly id: string;
  /** Whether the log kept its rows. */
  readonly isKept: boolean;
}

export interface ShadowCopiesOptions {
  readonly lane: ServingLane;
  readonly timeoutMs: number;
  /** Null where requests are not kept. */
  log(): RequestLog | null;
}

/** Requests and answers that wait for the shadow; more are not copied. */
const HELD_BYTES = 32_000_000;

/** Gives a shadow what was asked, and compares what it says. No client waits for it. */
export class ShadowCopies {
  readonly lane: ServingLane;
  readonly #options: ShadowCopiesOptions;
  readonly #held = new HeldBytes(HELD_BYTES);

  constructor(options: ShadowCopiesOptions) {
    this.#options = options;
    this.lane = options.lane;
  }

  copy({ prediction, request, answer, id, isKept }: CopiedRequest): void {
    const { lane } = this;
    // What was refused before a model saw it says nothing of models.
    if ((answer.status !== 200 && answer.status !== 500) || lane.keeper.ready === 0) return;
    const bytes = request.body.length + answer.body.length;
    if (!this.#held.take(bytes)) return lane.metrics.dropped();
    const arrivedAt = performance.now();
    lane.dispatcher.add(prediction.name, {
      ...{ ...request, arrivedAt, deadline: arrivedAt + this.#options.timeoutMs },
      settle: (own) => {
        this.#held.give(bytes);
        // What kills its process, or takes too long, is an answer as well; only what nobody computed is none.
        const version = own.version ?? lane.keeper.version;
        if (lane.isClosed || own.status === 429 || version === null) return lane.metrics.dropped();
        const ms = performance.now() - arrivedAt;
        const isDifferent = own.status !== answer.status || !own.body.equals(answer.body);
        lane.metrics.request(prediction.name, { status: own.status, ms });
        if (isDifferent) lane.metrics.different();
        const { number, hash } = version;
        const facts = { id, at: Date.now() - Math.round(ms), method: prediction.name, number, hash };
        this.#options
          .log()
          ?.add({ ...facts, status: own.status, rows: own.rows, latencyMs: ms, isDifferent }, () =>
            isKept ? loggedRows(request.body, own) : null,
          );
      },
    });
  }
}
