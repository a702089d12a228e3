import {
  BatchClient,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from "@aws-sdk/client-batch";
import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Logger } from "@smithy/types";
import type { AwsCalls } from "./aws-calls.ts";
import { failureOf } from "../../../aws/failure-of.ts";
import { PlainAnswers } from "./plain-answers.ts";

const CONNECT_MS = 5000;
/** Without a byte for so long, a request is given up. */
const IDLE_MS = 30_000;
const MAX_AT_ONCE = 16;

/**
 * Region, endpoint and credentials are found where every program that speaks to AWS finds them.
 * @param region - goes before what is found
 */
export function openAws(region: string | null): AwsCalls {
  const settings = {
    ...(region === null ? {} : { region }),
    maxAttempts: 1,
    requestHandler: handler(),
    logger: NO_LOGGER,
  };
  const batch = new BatchClient({ ...settings, protocol: PlainAnswers });
  const logs = new CloudWatchLogsClient(settings);
  return {
    submitJob: (request) => told(batch.send(new SubmitJobCommand(request))),
    describeJobs: (ids) => told(batch.send(new DescribeJobsCommand({ jobs: [...ids] }))),
    listJobs: (request) => told(batch.send(new ListJobsCommand(request))),
    terminateJob: async (jobId, reason) => {
      await told(batch.send(new TerminateJobCommand({ jobId, reason })));
    },
    describeJobDefinitions: (jobDefinitionName) =>
      told(batch.send(new DescribeJobDefinitionsCommand({ jobDefinitionName, status: "ACTIVE" }))),
    registerJobDefinition: (request) => told(batch.send(new RegisterJobDefinitionCommand(request))),
    describeJobQueues: (names, nextToken) =>
      told(
        batch.send(new DescribeJobQueuesCommand({ ...(names === null ? {} : { jobQueues: [...names] }), nextToken })),
      ),
    describeComputeEnvironments: (names) =>
      told(batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments: [...names] }))),
    lastLogLines: async ({ group, stream }, limit) => {
      try {
        const place = { logGroupName: group, logStreamName: stream, startFromHead: false, limit };
        const { events = [] } = await told(logs.send(new GetLogEventsCommand(place)));
        return events.map(({ message = "" }) => message);
      } catch (error) {
        if ((error as { code?: string }).code === "ResourceNotFoundException") return null;
        throw error;
      }
    },
    close() {
      batch.destroy();
      logs.destroy();
    },
  };
}

/** Without `info` the SDK does not copy each request and answer to leave out what must not be logged. */
const NO_LOGGER = { debug() {}, warn() {}, error() {} } as unknown as Logger;

function handler(): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: CONNECT_MS,
    socketTimeout: IDLE_MS,
    httpAgent: { maxSockets: MAX_AT_ONCE, keepAlive: true },
    httpsAgent: { maxSockets: MAX_AT_ONCE, keepAlive: true },
  });
}

async function told<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw failureOf(error as Error);
  }
}
