import type { SubmitJobCommandInput } from "@aws-sdk/client-batch";
import { brokenInvariant } from "../../../sdk/base/errors.ts";
import type { JobGroup } from "../jobs/job-service.ts";
import { isAwsFailure } from "./aws/calls.ts";
import { type Caller, delayAfter } from "./caller.ts";
import { Definitions } from "./definitions.ts";
import { jobDefinition } from "./job-definition.ts";
import { JobLists } from "./job-lists.ts";
import type { Queues } from "./queues.ts";
import type { StepOptions } from "./step-options.ts";
import { submission } from "./submission.ts";
import { TokenBucket } from "./token-bucket.ts";

/** AWS takes 50 a second of an account in a region, whoever asks; burst and rate stay below that together. */
const SUBMISSIONS = { perSecond: 38, burst: 10 };
const MAX_TRIES = 24;
/** What was carried out without an answer can take a moment until it is listed. */
const SETTLE_MS = 1000;

/** Starts groups: never one twice, although AWS does not know that two requests are the same. */
export class Submitter {
  readonly #caller: Caller;
  readonly #queues: Queues;
  readonly #definitions: Definitions;
  readonly #bucket = new TokenBucket(SUBMISSIONS);

  constructor(caller: Caller, queues: Queues) {
    this.#caller = caller;
    this.#queues = queues;
    this.#definitions = new Definitions(caller);
  }

  /**
   * @param isWanted - asked before each request: false if the group was given up meanwhile
   * @returns Batch's id of the job or array; null if it was given up
   * @throws AwsFailure or MillraceError if it was refused
   */
  async submit(
    group: JobGroup,
    of: { queue: string; options: StepOptions; isWanted(): boolean },
  ): Promise<string | null> {
    const { queue, options } = of;
    const platform = options.platform ?? (await this.#queues.find(queue))?.platform ?? "EC2";
    const definition = await this.#definitions.arnOf(jobDefinition(group.needs, { options, platform }));
    return this.#send(submission(group, { queue, definition, platform, options }), of.isWanted);
  }

  async #send(request: SubmitJobCommandInput, isWanted: () => boolean): Promise<string | null> {
    let isUnclear = false;
    for (let tries = 1; ; tries += 1) {
      const waitMs = this.#bucket.take();
      if (waitMs > 0) await this.#caller.pause(waitMs);
      if (!isWanted()) return isUnclear ? this.#find(request) : null;
      try {
        const { jobId } = await this.#caller.call((aws) => aws.submitJob(request), 1);
        if (jobId === undefined) throw brokenInvariant("AWS Batch took a job and gave it no id");
        return isUnclear ? await this.#theOne(request, jobId) : jobId;
      } catch (error) {
        if (!isAwsFailure(error) || tries >= MAX_TRIES || (error.kind !== "throttled" && error.kind !== "unclear"))
          throw error;
        await this.#caller.pause(delayAfter(tries, error.kind === "throttled"));
        // There is no token that would make a second request harmless: only its name shows whether the first one counted.
        isUnclear ||= error.kind === "unclear";
        if (isUnclear) {
          await this.#caller.pause(SETTLE_MS * Math.random());
          const id = await this.#find(request);
          if (id !== null) return id;
        }
      }
    }
  }

  /** Where an earlier request counted after all, its job is kept and the later ones are ended. */
  async #theOne({ jobQueue = "", jobName = "" }: SubmitJobCommandInput, latest: string): Promise<string> {
    const [first, ...twins] = await new JobLists(this.#caller).named(jobQueue, jobName);
    for (const { jobId = "" } of twins)
      await this.#caller.call((aws) => aws.terminateJob(jobId, "it was started twice"));
    return first?.jobId ?? latest;
  }

  async #find({ jobQueue = "", jobName = "" }: SubmitJobCommandInput): Promise<string | null> {
    const [first] = await new JobLists(this.#caller).named(jobQueue, jobName);
    return first?.jobId ?? null;
  }
}
