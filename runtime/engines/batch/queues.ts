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
    return { name: jobQueueName, state, status, statusReason, platform: await this.#platformOf(found) };
  }

  /** All environments of a queue are of one kind, so the first tells. */
  async #platformOf({ computeEnvironmentOrder = [] }: JobQueueDetail): Promise<Platform | null> {
    const first = [...computeEnvironmentOrder].sort((one, other) => (one.order ?? 0) - (other.order ?? 0))[0];
    const name = first?.computeEnvironment;
    if (name === undefined) return "EC2";
    const { computeEnvironments = [] } = await this.#caller.call((aws) => aws.describeComputeEnvironments([name]));
    const [environment] = computeEnvironments;
    if (environment?.eksConfiguration !== undefined) return null;
    return environment?.computeResources?.type?.startsWith("FARGATE") === true ? "FARGATE" : "EC2";
  }
}
