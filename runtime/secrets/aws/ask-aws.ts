import { type AwsFailure, isAwsFailure } from "../../aws/aws-failure.ts";
import { type Remedy, remedyOf, saidBy, type ServiceWords } from "../../aws/remedy-of.ts";
import { ownProgram } from "../../own-program.ts";
import { SecretFault } from "../secret-provider.ts";
import type { AwsSecret, AwsSecrets } from "./aws-secrets.ts";

export interface AwsQuestion {
  /** As AWS calls it: `AWS Secrets Manager`. */
  readonly service: string;
  /** What the role of the task must be allowed. */
  readonly action: string;
  /** The secret, for messages. */
  readonly name: string;
  ask(aws: AwsSecrets): Promise<AwsSecret>;
}

/** @throws SecretFault */
export async function askAws({ service, action, name, ask }: AwsQuestion): Promise<AwsSecret> {
  const { openAwsSecrets } = ownProgram("aws-secrets", "client") as typeof import("./open-aws-secrets.ts");
  try {
    return await ask(openAwsSecrets());
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    const { because, hint } = absent(error, name) ?? remedyOf(error, wordsFor(service, action));
    throw new SecretFault(`${service} does not give ${name}: ${because}`, {
      details: [saidBy(error, service)],
      hint: hint ?? "check its name and its region",
      cause: error,
    });
  }
}

function absent({ code }: AwsFailure, name: string): Remedy | null {
  if (code !== "ResourceNotFoundException" && code !== "ParameterNotFound") return null;
  return { because: "it does not exist there", hint: `check the name and the region: ${name}` };
}

function wordsFor(service: string, action: string): ServiceWords {
  return {
    service,
    region: "name it in the source, or set AWS_REGION",
    forbidden: {
      because: "the credentials in use may not read it",
      hint: `allow the role of the task ${action}, and kms:Decrypt where the secret has a key of its own`,
    },
    throttled: "run fewer tasks at once (--max-workers) and resume the run",
    broken: "resume the run later",
    away: "check the network, the region, and AWS_ENDPOINT_URL if the service is not AWS",
  };
}
