/**
 * What `configure aws` asks of AWS. It fails with an `AwsFailure`. What stands behind it is a bundle of its own, so that no
 * other command loads that much of AWS's SDK.
 */
export interface AwsSetup {
  /** By name or ARN; null if there is none. */
  queue(named: string): Promise<FoundQueue | null>;
  queueNames(): Promise<string[]>;
  /** Null if there is none of that name. */
  stack(name: string): Promise<FoundStack | null>;
  stackNames(): Promise<string[]>;
}

export interface FoundQueue {
  readonly arn: string;
  readonly state: string;
  readonly status: string;
  /** Empty where all is well. */
  readonly reason: string;
}

export interface FoundStack {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}
