import type {
  DescribeComputeEnvironmentsCommandOutput,
  DescribeJobDefinitionsCommandOutput,
  DescribeJobQueuesCommandOutput,
  DescribeJobsCommandOutput,
  ListJobsCommandInput,
  ListJobsCommandOutput,
  RegisterJobDefinitionCommandInput,
  SubmitJobCommandInput,
} from "@aws-sdk/client-batch";

/**
 * All that is asked of AWS, each a single request: nothing is tried again here. They fail with an `AwsFailure`.
 * What stands behind them is a bundle of its own, so that only those who use AWS load its SDK.
 */
export interface AwsCalls {
  submitJob(request: SubmitJobCommandInput): Promise<{ readonly jobId?: string | undefined }>;
  /** At most 100 ids, and at least one: an empty list can mean all jobs there are. */
  describeJobs(ids: readonly string[]): Promise<DescribeJobsCommandOutput>;
  listJobs(request: ListJobsCommandInput): Promise<ListJobsCommandOutput>;
  terminateJob(id: string, reason: string): Promise<void>;
  describeJobDefinitions(name: string): Promise<DescribeJobDefinitionsCommandOutput>;
  registerJobDefinition(
    request: RegisterJobDefinitionCommandInput,
  ): Promise<{ readonly jobDefinitionArn?: string | undefined }>;
  /** Without names: one page of all. */
  describeJobQueues(names: readonly string[] | null, nextToken?: string): Promise<DescribeJobQueuesCommandOutput>;
  describeComputeEnvironments(names: readonly string[]): Promise<DescribeComputeEnvironmentsCommandOutput>;
  /** The last lines of a log stream; null if there is none of that name. */
  lastLogLines(place: { group: string; stream: string }, most: number): Promise<readonly string[] | null>;
  close(): void;
}
