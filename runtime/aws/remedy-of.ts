import type { AwsFailure } from "./aws-failure.ts";

/** Why something went wrong, and what helps. */
export interface Remedy {
  readonly because: string;
  readonly hint?: string;
}

/** What a remedy names that is another for each service, and for each task. */
export interface ServiceWords {
  /** Who answers. */
  readonly service: string;
  readonly forbidden: Remedy;
  /** What helps where no region is set. */
  readonly region: string;
  /** What helps against throttling. */
  readonly throttled: string;
  /** What helps where the service fails on every try. */
  readonly broken: string;
  /** What helps where nothing answers. */
  readonly away: string;
}

/** What AWS answered, or what kept it from answering, with what helps. */
export function remedyOf({ kind, code, message, status }: AwsFailure, words: ServiceWords): Remedy {
  switch (kind) {
    case "region":
      return { because: "no region is set", hint: words.region };
    case "credentials":
      return code === "CredentialsProviderError" || /could not load credentials/i.test(message)
        ? {
            because: "no credentials were found",
            hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role gives them",
          }
        : {
            because: "the credentials are not valid",
            hint: "renew them: log in again, or check AWS_ACCESS_KEY_ID and AWS_PROFILE",
          };
    case "forbidden":
      return words.forbidden;
    case "throttled":
      return { because: `${words.service} keeps asking to slow down`, hint: words.throttled };
    case "unclear":
      return status === undefined
        ? { because: "it cannot be reached", hint: words.away }
        : { because: `the service failed with status ${status} repeatedly`, hint: words.broken };
    case "refused":
      return { because: "the request was refused" };
  }
}

/** The words of the answer itself, in one line. */
export function saidBy({ code, message, status }: AwsFailure, service: string): string {
  const text = message === "" || message === code ? code : `${code}: ${message}`;
  const [line = ""] = text.split("\n");
  return status === undefined ? `cause: ${line}` : `${service} said: ${line} (${status})`;
}
