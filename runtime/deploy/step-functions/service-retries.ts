/** What a service answers where it was asked too often, or is broken: nothing that the step did, and no attempt of it. */
const PASSING = {
  batch: [
    ...["Batch.AWSBatchException", "Batch.BatchException", "Batch.ServerException", "Batch.SdkClientException"],
    ...["Batch.TooManyRequestsException", "Batch.ThrottlingException", "Batch.RequestLimitExceeded"],
  ],
  s3: ["S3.S3Exception", "S3.SdkClientException", "S3.SlowDownException", "S3.InternalErrorException"],
};

/** Tried again apart from the attempts of the step, about ten minutes long. */
export const BATCH_RETRIES: readonly object[] = [
  {
    ErrorEquals: PASSING.batch,
    ...{ IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 15, JitterStrategy: "FULL" },
  },
  // Refused: it would be again.
  { ErrorEquals: ["Batch.ClientException", "Batch.AccessDenied"], MaxAttempts: 0 },
];

export const BATCH_RETRY_ATTEMPTS = 15;

export const STORE_RETRIES: readonly object[] = [
  {
    ErrorEquals: PASSING.s3,
    ...{ IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: 30, MaxAttempts: 8, JitterStrategy: "FULL" },
  },
];
