import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { askBatch, makeQueue } from "../../rigs/aws/queue.ts";
import { imageWithCredentials } from "../../rigs/docker/derived-image.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import type { Need } from "../../rigs/describe-with.ts";
import { type CommandOptions, folderOfFile, temporaryFolder } from "../../rigs/harness.ts";

export const BATCH: Need = { name: `${MOTO.name} and ${DOCKER.name}`, missing: MOTO.missing ?? DOCKER.missing };

/** An account with buckets and a queue, reached through a proxy that counts; its jobs are containers of this machine. */
export interface Account {
  readonly proxy: FaultProxy;
  /** Past the proxy. */
  readonly url: string;
  /** A datastore and a queue of its own, and what a command gets that uses them. */
  machine(): Promise<BatchMachine>;
}

export interface BatchMachine extends Required<Pick<CommandOptions, "datastore" | "env">> {
  readonly queue: string;
  /** Every job that the queue ever had, the children of arrays one by one; once all have ended. */
  jobs(): Promise<readonly Job[]>;
  /** All that DescribeJobs and DescribeJobDefinitions tell of them. */
  described(): Promise<string>;
}

interface Job {
  readonly name: string;
  readonly status: string;
}

interface Listed {
  readonly jobSummaryList: readonly { jobId: string; jobName: string; status: string }[];
}

const STATES = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"];

/** One account for all tests of a file; this process reaches it too. */
export function accountForFile(): () => Account {
  const moto = motoForFile();
  let account: Account | null = null;
  beforeAll(async () => {
    const proxy = await FaultProxy.start(moto.url());
    Object.assign(process.env, awsEnvironment(moto.url()), { MILLRACE_CACHE: temporaryFolder() });
    const image = imageWithCredentials();
    account = {
      proxy,
      url: moto.url(),
      async machine() {
        const home = folderOfFile();
        const queue = await makeQueue(moto.url());
        const own = { HOME: home, MILLRACE_CACHE: `${home}/cache`, MILLRACE_USER: "ada" };
        const batch = { MILLRACE_IMAGE: image, MILLRACE_BATCH_QUEUE: queue };
        return {
          queue,
          datastore: `s3://${await makeBucket(moto.url())}/team/store`,
          env: { ...awsEnvironment(proxy.url), ...own, ...batch },
          jobs: () => settled(() => jobsOf(moto.url(), queue)),
          described: () => described(moto.url(), queue),
        };
      },
    };
  });
  beforeEach(() => account?.proxy.clear());
  afterAll(() => account?.proxy.stop());
  return () => {
    if (account === null) throw new Error("the account is there while tests run");
    return account;
  };
}

async function jobsOf(url: string, queue: string): Promise<Job[]> {
  const list = async (of: object) => {
    const answers = STATES.map((jobStatus) => askBatch<Listed>(url, "listjobs", { ...of, jobStatus }));
    return (await Promise.all(answers)).flatMap(({ jobSummaryList }) => jobSummaryList);
  };
  const top = (await list({ jobQueue: queue })).filter(({ jobId }) => !jobId.includes(":"));
  const parts = top.map(async (job) => {
    const children = await list({ arrayJobId: job.jobId });
    return children.length === 0 ? [job] : children;
  });
  return (await Promise.all(parts)).flat().map(({ jobName, status }) => ({ name: jobName, status }));
}

async function described(url: string, queue: string): Promise<string> {
  const lists = STATES.map((jobStatus) => askBatch<Listed>(url, "listjobs", { jobQueue: queue, jobStatus }));
  const jobs = (await Promise.all(lists)).flatMap(({ jobSummaryList }) => jobSummaryList.map(({ jobId }) => jobId));
  const answers = [
    await askBatch(url, "describejobs", { jobs }),
    await askBatch(url, "describejobdefinitions", { status: "ACTIVE" }),
  ];
  return JSON.stringify(answers);
}

/** Lists are asked for by state: a job that passes on meanwhile is in two of them, or in none. */
async function settled(list: () => Promise<Job[]>): Promise<Job[]> {
  for (let before = await list(); ;) {
    const jobs = await list();
    const haveEnded = jobs.every(({ status }) => status === "SUCCEEDED" || status === "FAILED");
    if (haveEnded && isDeepStrictEqual(jobs, before)) return jobs;
    before = jobs;
  }
}
