import type { JobQueueDetail } from "@aws-sdk/client-batch";
import type { Caller } from "./caller.ts";
import type { Platform } from "./step-options.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** A job queue as far as it matters. */
export interface KnownQueue {
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly statusReason: string;
  /** Null where the queue leads to Kubernetes. */
  readonly platform: Platform | null;
  /** Whether all machines that it leads to are Spot ones. */
  readonly isSpot: boolean;
}

/** Asks for each queue once. */
export class Queues {
  readonly #caller: Caller;
  readonly #known = new Map<string, Promise<KnownQueue | null>>();

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Null if there is none of that name or ARN. */
  find(queue: string): Promise<KnownQueue | null> {
    const known = this.#known.get(queue);
    if (known !== undefined) return known;
    const asked = this.#ask(queue);
    this.#known.set(queue, asked);
    // What failed is asked again.
    asked.catch(() => this.#known.delete(queue));
    return asked;
  }

  /** Names of all that there are. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const page = await this.#caller.call((aws) => aws.describeJobQueues(null, token));
      appendAll(
        names,
        (page.jobQueues ?? []).map(({ jobQueueName = "" }) => jobQueueName),
      );
      nextToken = page.nextToken;
    } while (nextToken !== undefined && nextToken !== "");
    return names;
  }

  async #ask(queue: string): Promise<KnownQueue | null> {
    const { jobQueues = [] } = await this.#caller.call((aws) => aws.describeJobQueues([queue]));
    const found = jobQueues.find(({ jobQueueName, jobQueueArn }) => jobQueueName === queue || jobQueueArn === queue);
    if (found === undefined) return null;
    const { jobQueueName = queue, state = "ENABLED", status = "VALID", statusReason = "" } = found;
    return { name: jobQueueName, state, status, statusReason, ...(await this.#machinesOf(found)) };
  }

  /** All environments of a queue are of one platform, so any tells that; Spot and others may be mixed. */
  async #machinesOf({
    computeEnvironmentOrder = [],
  }: JobQueueDetail): Promise<Pick<KnownQueue, "platform" | "isSpot">> {
    const names = computeEnvironmentOrder.flatMap(({ computeEnvironment }) => computeEnvironment ?? []);
    if (names.length === 0) return { platform: "EC2", isSpot: false };
    const { computeEnvironments = [] } = await this.#caller.call((aws) => aws.describeComputeEnvironments(names));
    const types = computeEnvironments.map(({ computeResources }) => computeResources?.type ?? "");
    const isSpot = types.length > 0 && types.every((type) => type === "SPOT" || type === "FARGATE_SPOT");
    if (computeEnvironments.some(({ eksConfiguration }) => eksConfiguration !== undefined))
      return { platform: null, isSpot };
    return { platform: types.some((type) => type.startsWith("FARGATE")) ? "FARGATE" : "EC2", isSpot };
  }
}
