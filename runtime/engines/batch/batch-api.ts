import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { JobGroup, LostGroup, RunName, StepJob } from "../jobs/job-service.ts";
import type { GroupWatch } from "../jobs/polling/group-watch.ts";
import type { ApiFailure, JobApi, KeptGroup, LookOptions, JobStop } from "../jobs/polling/job-api.ts";
import { ArrayLook } from "./array-look.ts";
import { isAwsFailure } from "../../aws/aws-failure.ts";
import type { AwsCalls } from "./aws/aws-calls.ts";
import { loadAws } from "./aws/load-aws.ts";
import type { BatchSettings } from "./batch-settings.ts";
import { Caller } from "./caller.ts";
import { checkSteps } from "./check-steps.ts";
import { Definitions } from "./definitions.ts";
import { batchError } from "./batch-error.ts";
import { jobDefinition } from "./job-definition.ts";
import { JobQueries } from "./job-queries.ts";
import { logTail } from "./log-tail.ts";
import { Queues } from "./queues.ts";
import { SeenGroup } from "./seen-group.ts";
import { hasEnded, isUnexplained, seenJob } from "./seen-job.ts";
import { stepOptions } from "./step-options.ts";
import { stopOthers } from "./stop-others.ts";
import { Stopper } from "./stopper.ts";
import { submission, type SubmissionPlace } from "./submission.ts";

/** Of one request of a look; the next look asks again. */
const MAX_TRIES_OF_LOOK = 3;

/** AWS Batch, as the polling kit asks it. */
export class BatchApi implements JobApi {
  readonly title = "AWS Batch";
  readonly limits = {
    defaultLimit: 1000,
    maxGroupSize: 10_000,
    // AWS takes 50 a second of an account in a region, whoever asks; burst and rate stay below that together.
    submissions: { perSecond: 38, burst: 10 },
  };
  readonly #settings: BatchSettings;
  readonly #load: () => Promise<AwsCalls>;
  readonly #caller = new Caller(() => this.#calls());
  readonly #queues = new Queues(this.#caller);
  readonly #definitions = new Definitions(this.#caller);
  readonly #seen = new WeakMap<GroupWatch, SeenGroup>();
  #isHurried = false;
  #aws: Promise<AwsCalls> | null = null;

  constructor(settings: BatchSettings, load = () => loadAws(settings.queue)) {
    this.#settings = settings;
    this.#load = load;
  }

  check(steps: readonly StepJob[], warning: (text: string) => void): Promise<void> {
    return checkSteps(steps, { settings: this.#settings, queues: this.#queues, warning });
  }

  async isOnSpot(needs: StepJob): Promise<boolean> {
    const { queue } = stepOptions(needs, this.#settings);
    return queue !== null && (await this.#queues.find(queue))?.isSpot === true;
  }

  async prepare(group: JobGroup): Promise<void> {
    await this.#placeOf(group);
  }

  async submit(group: JobGroup): Promise<string> {
    const request = submission(group, await this.#placeOf(group));
    const { jobId } = await this.#caller.call((aws) => aws.submitJob(request), 1);
    if (jobId === undefined) throw brokenInvariant("AWS Batch took a job and gave it no id");
    return jobId;
  }

  async look(watches: readonly GroupWatch[], { onRequest, isOver }: LookOptions): Promise<ReadonlySet<GroupWatch>> {
    const lists = new JobQueries(this.#caller, { maxTries: MAX_TRIES_OF_LOOK, onRequest });
    const jobs = await lists.described(watches.map(({ id }) => id ?? ""));
    const found = new Map(jobs.map((job) => [job.jobId, job]));
    const underWay = new Set<GroupWatch>();
    for (const watch of watches) {
      const job = found.get(watch.id ?? "");
      if (job === undefined || isOver()) continue;
      const group = this.#seenGroup(watch);
      if (watch.isArray) await new ArrayLook(group, lists).look(job);
      else group.see(0, seenJob(isUnexplained(seenJob(job)) ? ((await this.#explained(watch, lists)) ?? job) : job));
      if (!hasEnded(seenJob(job))) underWay.add(watch);
    }
    return underWay;
  }

  async find(groups: readonly LostGroup[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const lists = new JobQueries(this.#caller);
    const noted = groups.map(({ id }) => id).filter((id) => id !== null);
    const known = new Set((await lists.described(noted)).map(({ jobId }) => jobId));
    const found = new Map<string, readonly string[]>();
    for (const { group, id } of groups)
      found.set(group.name, id !== null && known.has(id) ? [id] : await this.#named(group, lists));
    return found;
  }

  stop(requests: readonly JobStop[]): Promise<void> {
    return this.#stopper().stop(requests);
  }

  stopOthers(run: RunName, kept: readonly KeptGroup[]): Promise<void> {
    const queues = new Set([...kept.map(({ group }) => this.#queueOf(group)), this.#settings.queue ?? ""]);
    const ids = new Set(kept.map(({ id }) => id ?? ""));
    return stopOthers(run, { queues, kept: ids, lists: new JobQueries(this.#caller), stopper: this.#stopper() });
  }

  async stopTwins(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#caller.call((aws) => aws.terminateJob(id, "it was started twice"));
  }

  async tail({ group, id, index }: { group: JobGroup; id: string; index: number }): Promise<readonly string[]> {
    return (await logTail(group.tasks.length > 1 ? `${id}:${index}` : id, { caller: this.#caller })) ?? [];
  }

  failureOf(error: unknown): ApiFailure | null {
    if (!isAwsFailure(error)) return null;
    const { kind, code, message } = error;
    return {
      kind: kind === "throttled" || kind === "unclear" ? kind : "final",
      text: `${code}: ${message}`,
      remedy: kind === "credentials" ? "renew the credentials, the run then goes on" : null,
    };
  }

  explained(error: unknown, task: string): MillraceError {
    return batchError(error, task);
  }

  hurry(): void {
    this.#isHurried = true;
    this.#caller.hurry();
  }

  async close(): Promise<void> {
    (await this.#aws?.catch(() => null))?.close();
  }

  #calls(): Promise<AwsCalls> {
    return (this.#aws ??= this.#load());
  }

  /** With calls of its own once others are no longer tried again. */
  #stopper(): Stopper {
    return new Stopper(this.#isHurried ? new Caller(() => this.#calls()) : this.#caller);
  }

  async #placeOf({ needs }: JobGroup): Promise<SubmissionPlace> {
    const options = stepOptions(needs, this.#settings);
    const { queue } = options;
    if (queue === null) throw new MillraceError({ code: "MILLRACE_BATCH", headline: "there is no job queue" });
    const platform = options.platform ?? (await this.#queues.find(queue))?.platform ?? "EC2";
    const definition = await this.#definitions.arnOf(jobDefinition(needs, { options, platform }));
    return { queue, definition, platform, options };
  }

  #queueOf({ needs }: JobGroup): string {
    return stepOptions(needs, this.#settings).queue ?? "";
  }

  async #named(group: JobGroup, lists: JobQueries): Promise<string[]> {
    return (await lists.named(this.#queueOf(group), group.name)).map(({ jobId = "" }) => jobId);
  }

  #seenGroup(watch: GroupWatch): SeenGroup {
    const known = this.#seen.get(watch) ?? new SeenGroup(watch, this.#settings.cli);
    this.#seen.set(watch, known);
    return known;
  }

  /** A failure that tells nothing of itself may do so where jobs are listed. */
  async #explained({ id, group }: GroupWatch, lists: JobQueries) {
    const summaries = await lists.named(this.#queueOf(group), group.name);
    return summaries.find(({ jobId, status }) => jobId === id && status === "FAILED");
  }
}
