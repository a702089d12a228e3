import { afterAll, beforeAll } from "vitest";
import { storeSettings } from "../../../runtime/settings/store-settings.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { storageContract } from "./contract/storage-contract.ts";

describeWith(MOTO, "a bucket keeps the contract of a storage", () => {
  const moto = motoForFile();
  let proxy: FaultProxy;
  beforeAll(async () => (proxy = await FaultProxy.start(moto.url())));
  afterAll(() => proxy.stop());

  storageContract("a bucket", async () => {
    const env = { ...awsEnvironment(proxy.url), MILLRACE_CACHE: temporaryFolder() };
    const settings = storeSettings({ ...process.env, ...env });
    const location = `s3://${await makeBucket(moto.url())}/a prefix/of ours`;
    return { open: () => openDatastore(location, { settings }).storage, elsewhere: { location, env } };
  });
});
