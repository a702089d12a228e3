import { s3Client } from "../../../runtime/datastore/s3/s3-client.ts";
import { S3Objects } from "../../../runtime/datastore/s3/s3-objects.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { objectContract } from "./object-contract.ts";

describeWith(MOTO, "a bucket keeps the contract of an object store", () => {
  const moto = motoForFile();

  objectContract("a bucket", async () => {
    Object.assign(process.env, awsEnvironment(moto.url()));
    const client = s3Client({ endpoint: moto.url(), region: "us-east-1", isPathStyle: true });
    const bucket = await makeBucket(moto.url());
    return new S3Objects({ client, bucket, prefix: "a prefix/of ours/", location: `s3://${bucket}/a prefix/of ours` });
  });
});
