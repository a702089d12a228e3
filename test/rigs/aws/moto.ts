import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "vitest";
import { type Moto, startMoto } from "./start-moto.ts";

export { authorization, awsEnvironment, makeBucket, MOTO } from "./start-moto.ts";

/** One server for all tests of a file. */
export function motoForFile(): { url(): string } {
  let moto: Moto | null = null;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.stop());
  return {
    url() {
      if (moto === null) throw new Error("moto runs while tests do");
      return moto.url;
    },
  };
}

/** Puts an object under any key, also one that Millrace never writes. */
export async function putObject(moto: string, { url, body }: { url: string; body: string }): Promise<void> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(url) ?? [];
  const credentials = { accessKeyId: "testing", secretAccessKey: "testing" };
  const client = new S3Client({ endpoint: moto, region: "us-east-1", credentials, forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  client.destroy();
}
