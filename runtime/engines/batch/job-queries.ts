import type { JobDetail, JobStatus, JobSummary, ListJobsCommandInput } from "@aws-sdk/client-batch";
import type { Caller } from "./caller.ts";
import { inParallel } from "./in-parallel.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** What Batch takes and gives in one request. */
export const PAGE = 100;
const AT_ONCE = 4;

export interface ListOptions {
  /** Of each request. */
  readonly maxTries?: number;
  readonly onRequest?: () => void;
}

/** Asks for jobs, a page after the other. */
export class JobQueries {
  readonly #caller: Caller;
  readonly #maxTries: number | undefined;
  readonly #onRequest: () => void;

  constructor(caller: Caller, { maxTries, onRequest = () => undefined }: ListOptions = {}) {
    this.#caller = caller;
    this.#maxTries = maxTries;
    this.#onRequest = onRequest;
  }

  /** Those of the named jobs that Batch knows. */
  async described(ids: readonly string[]): Promise<JobDetail[]> {
    const pages = [];
    for (let at = 0; at < ids.length; at += PAGE) pages.push(ids.slice(at, at + PAGE));
    const found: JobDetail[] = [];
    await inParallel(pages, AT_ONCE, async (page) => {
      this.#onRequest();
      const { jobs = [] } = await this.#caller.call((aws) => aws.describeJobs(page), this.#maxTries);
      appendAll(found, jobs);
    });
    return found;
  }

  /** Jobs of an array that are in one state. */
  inArray(arrayJobId: string, jobStatus: JobStatus, isOnePage = false): Promise<JobSummary[]> {
    return this.#listed({ arrayJobId, jobStatus }, isOnePage);
  }

  /** Jobs of a queue that are in one state; of an array only the whole. */
  async inQueue(jobQueue: string, jobStatus: JobStatus): Promise<JobSummary[]> {
    return (await this.#listed({ jobQueue, jobStatus }, false)).filter(isNoChild);
  }

  /** Jobs of that very name, ended ones too, the oldest first. */
  async named(jobQueue: string, name: string): Promise<JobSummary[]> {
    const filters = [{ name: "JOB_NAME", values: [name] }];
    const jobs = await this.#listed({ jobQueue, filters }, false);
    return jobs
      .filter((job) => job.jobName === name && isNoChild(job))
      .sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0));
  }

  async #listed(request: ListJobsCommandInput, isOnePage: boolean): Promise<JobSummary[]> {
    const found: JobSummary[] = [];
    let nextToken: string | undefined;
    do {
      this.#onRequest();
      const wanted = { ...request, maxResults: PAGE, nextToken };
      const page = await this.#caller.call((aws) => aws.listJobs(wanted), this.#maxTries);
      appendAll(found, page.jobSummaryList ?? []);
      nextToken = page.nextToken;
    } while (nextToken !== undefined && nextToken !== "" && !isOnePage);
    return found;
  }
}

/** AWS lists the jobs of an array only where it is asked for that array; not everything that answers like it does so. */
function isNoChild({ jobId = "" }: JobSummary): boolean {
  return !jobId.includes(":");
}
