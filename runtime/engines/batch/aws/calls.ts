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
 * All that is asked of AWS, each a single request: nothing is tried again here. They fail with an {@link AwsFailure}.
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

/**
 * `throttled`: asked too often. `unclear`: no answer, or that of a broken service; the request may have been carried out.
 * `refused`: it was not, and never will be as it is.
 */
export type FailureKind = "throttled" | "unclear" | "credentials" | "forbidden" | "region" | "refused";

/** Why a call failed. Recognised by its name: the bundle with the SDK has a copy of this class. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly kind: FailureKind;
  /** AWS's name for it, as `ClientException`. */
  readonly code: string;
  readonly status: number | undefined;

  constructor(kind: FailureKind, cause: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) {
    super(cause.message === "" ? cause.name : cause.message, { cause });
    this.kind = kind;
    this.code = (cause as NodeJS.ErrnoException).code ?? cause.name;
    this.status = cause.$metadata?.httpStatusCode;
  }
}

export function isAwsFailure(error: unknown): error is AwsFailure {
  return error instanceof Error && error.name === "AwsFailure";
}
