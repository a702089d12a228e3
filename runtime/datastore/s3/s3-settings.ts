/** Where S3 is, and how it is reached. */
export interface S3Settings {
  /** Of a service other than AWS. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly isPathStyle: boolean;
}
