import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { failureOf } from "../../aws/failure-of.ts";
import type { AwsSecrets } from "./aws-secrets.ts";

const CONNECT_MS = 5000;
/** Without a byte for so long, a request is given up and tried again. */
const IDLE_MS = 10_000;
/** A foreach of many tasks asks at once, and is throttled. */
const MAX_ATTEMPTS = 6;

/** Region, endpoint and credentials are found where every program that speaks to AWS finds them. */
export function openAwsSecrets(): AwsSecrets {
  return {
    async secret(id, region) {
      const client = new SecretsManagerClient(settings(region));
      const { Name, SecretString, SecretBinary } = await told(client, () =>
        client.send(new GetSecretValueCommand({ SecretId: id })),
      );
      return { name: Name ?? id, text: SecretString ?? Buffer.from(SecretBinary ?? []).toString() };
    },
    async parameter(name, region) {
      const client = new SSMClient(settings(region));
      const { Parameter } = await told(client, () =>
        client.send(new GetParameterCommand({ Name: name, WithDecryption: true })),
      );
      return { name: Parameter?.Name ?? name, text: Parameter?.Value ?? "" };
    },
  };
}

function settings(region: string | null) {
  return {
    ...(region === null ? {} : { region }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: new NodeHttpHandler({ connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS }),
  };
}

async function told<T>(client: { destroy(): void }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof Error ? failureOf(error) : error;
  } finally {
    client.destroy();
  }
}
