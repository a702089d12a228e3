/** A secret as AWS keeps it. */
export interface AwsSecret {
  /** Without what an ARN adds. */
  readonly name: string;
  readonly text: string;
}

/**
 * All that is asked of AWS; fails with an `AwsFailure`. What stands behind it is a bundle of its own, so that only those
 * who name such a source load the SDK.
 */
export interface AwsSecrets {
  secret(id: string, region: string | null): Promise<AwsSecret>;
  parameter(name: string, region: string | null): Promise<AwsSecret>;
}
