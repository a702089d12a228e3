import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { authorization } from "./moto.ts";

/** Puts a secret into Secrets Manager. */
export async function keepSecret(
  moto: string,
  { name, value, region = "us-east-1" }: { name: string; value: string; region?: string },
): Promise<string> {
  const target = "secretsmanager.CreateSecret";
  const made = (await ask(moto, { target, region, body: { Name: name, SecretString: value } })) as { ARN: string };
  return made.ARN;
}

/** Puts a parameter into the Parameter Store, encrypted. */
export async function keepParameter(moto: string, { name, value }: { name: string; value: string }): Promise<void> {
  const body = { Name: name, Value: value, Type: "SecureString" };
  await ask(moto, { target: "AmazonSSM.PutParameter", region: "us-east-1", body });
}

interface Question {
  readonly target: string;
  readonly region: string;
  readonly body: object;
}

async function ask(moto: string, { target, region, body }: Question): Promise<unknown> {
  const service = target.startsWith("AmazonSSM") ? "ssm" : "secretsmanager";
  const answer = await fetch(moto, {
    method: "POST",
    headers: {
      authorization: authorization(region, service),
      "x-amz-target": target,
      "content-type": "application/x-amz-json-1.1",
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** All that lies in a bucket below a datastore's address, by key. */
export async function objectsBelow(moto: string, datastore: string): Promise<Map<string, Buffer>> {
  const [, Bucket = "", Prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(datastore) ?? [];
  const credentials = { accessKeyId: "testing", secretAccessKey: "testing" };
  const client = new S3Client({ endpoint: moto, region: "us-east-1", credentials, forcePathStyle: true });
  const objects = new Map<string, Buffer>();
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  for (const { Key = "" } of Contents) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    objects.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
  }
  client.destroy();
  return objects;
}
