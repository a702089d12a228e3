import { BatchClient, paginateDescribeJobQueues, DescribeJobQueuesCommand } from "@aws-sdk/client-batch";
import { CloudFormationClient, DescribeStacksCommand, paginateDescribeStacks } from "@aws-sdk/client-cloudformation";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { isAwsFailure } from "../../../../aws/aws-failure.ts";
import { failureOf } from "../../../../aws/failure-of.ts";
import type { AwsSetup } from "./aws-setup.ts";
import { appendAll } from "../../../../../sdk/base/append-all.ts";

const CONNECT_MS = 5000;
const IDLE_MS = 15_000;

/** Endpoint and credentials, and without one given the region, are found where every program that calls AWS finds them. */
export function openAwsSetup(region: string | undefined): AwsSetup {
  const settings = {
    ...(region === undefined ? {} : { region }),
    requestHandler: new NodeHttpHandler({ connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS }),
  };
  const batch = new BatchClient(settings);
  const cloudFormation = new CloudFormationClient(settings);
  return {
    async queue(named) {
      const { jobQueues = [] } = await told(batch.send(new DescribeJobQueuesCommand({ jobQueues: [named] })));
      const found = jobQueues.find(({ jobQueueName, jobQueueArn }) => jobQueueName === named || jobQueueArn === named);
      if (found === undefined) return null;
      const { jobQueueArn = named, state = "unknown", status = "unknown", statusReason = "" } = found;
      return { arn: jobQueueArn, state, status, reason: statusReason };
    },
    queueNames: () =>
      told(
        collected(paginateDescribeJobQueues({ client: batch }, {}), ({ jobQueues = [] }) =>
          jobQueues.map(({ jobQueueName = "" }) => jobQueueName),
        ),
      ),
    async stack(name) {
      try {
        const { Stacks = [] } = await told(cloudFormation.send(new DescribeStacksCommand({ StackName: name })));
        const [stack] = Stacks;
        if (stack === undefined) return null;
        const outputs = (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]);
        return {
          status: stack.StackStatus ?? "unknown",
          outputs: Object.fromEntries(outputs) as Record<string, string>,
        };
      } catch (error) {
        // Not an empty list, as elsewhere.
        if (isAwsFailure(error) && /does not exist/.test(error.message)) return null;
        throw error;
      }
    },
    stackNames: () =>
      told(
        collected(paginateDescribeStacks({ client: cloudFormation }, {}), ({ Stacks = [] }) =>
          Stacks.map(({ StackName = "" }) => StackName),
        ),
      ),
  };
}

async function collected<Page>(pages: AsyncIterable<Page>, names: (page: Page) => string[]): Promise<string[]> {
  const all: string[] = [];
  for await (const page of pages) appendAll(all, names(page));
  return all;
}

async function told<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw failureOf(error as Error);
  }
}
