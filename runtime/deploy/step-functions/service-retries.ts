/** What a service answers where it was asked too often, or is broken: nothing that the step did, and no attempt of it. */
const PASSING = {
  batch: [
    ...["Batch.AWSBatchException", "Batch.BatchException", "Batch.ServerException", "Batch.SdkClientException"],
    ...["Batch.TooManyRequestsException", "Batch.ThrottlingException", "Batch.RequestLimitExceeded"],
  ],
  s3: ["S3.S3Exception", "S3.SdkClientException", "S3.SlowDownException", "S3.InternalErrorException"],
};

/** Most that throttled calls of Batch are tried again, about ten minutes long. */
const BATCH_ATTEMPTS = 15;

/** How calls of services are tried again, apart from the attempts of the step. */
export const SERVICE_RETRIES = {
  batchAttempts: BATCH_ATTEMPTS,
  batch: [
    {
      ErrorEquals: PASSING.batch,
      ...{
        IntervalSeconds: 2,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
        MaxAttempts: BATCH_ATTEMPTS,
        JitterStrategy: "FULL",
      },
    },
    // Refused: it would be again.
    { ErrorEquals: ["Batch.ClientException", "Batch.AccessDenied"], MaxAttempts: 0 },
  ],
  states: [
    {
      ErrorEquals: ["States.TaskFailed"],
      ...{ IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 30, MaxAttempts: 8, JitterStrategy: "FULL" },
    },
  ],
  store: [
    {
      ErrorEquals: PASSING.s3,
      ...{ IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 30, MaxAttempts: 8, JitterStrategy: "FULL" },
    },
  ],
};
