import { MOTO } from "../rigs/aws/moto.ts";
import { serviceForFile } from "../e2e/s3/bucket-for-file.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { clientContract } from "./client-contract.ts";

describeWith(MOTO, "a datastore in a bucket", () => {
  const service = serviceForFile();
  clientContract("a bucket", () => service().store());
});
