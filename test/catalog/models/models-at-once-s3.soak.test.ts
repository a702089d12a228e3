import { describe, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { storeSettings } from "../../../runtime/settings/store-settings.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { carriedOut, internalError, slowDown } from "../../rigs/aws/proxy/fault.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { race } from "./model-race.ts";

describeWith(MOTO, "20 processes register and promote at once on a bucket", () => {
  const moto = motoForFile();

  describe.each(["that works", "whose answers get lost, and which asks to slow down"])("%s", (how) => {
    test("numbers are 1 to 20, every move begins where the one before led, losers are told by whom", async () => {
      const proxy = await FaultProxy.start(moto.url());
      const location = `s3://${await makeBucket(moto.url())}/store`;
      const env = { MILLRACE_CACHE: temporaryFolder(), MILLRACE_BLOB_CACHE_MB: "0" };
      const direct = { ...awsEnvironment(moto.url()), ...env };
      const store = openDatastore(location, { settings: storeSettings({ ...process.env, ...direct }) });
      if (how !== "that works") {
        const on = { op: "put", key: "models/churn/" } as const;
        const lost = [3, 12, 21, 30, 39, 48, 57].map((after) => ({ on, after, does: carriedOut(internalError) }));
        const slow = [5, 16, 27, 38, 49, 60, 71].map((after) => ({ on, after, does: slowDown }));
        await proxy.add(...lost, ...slow);
      }
      try {
        await race(store, { ...direct, AWS_ENDPOINT_URL: proxy.url, MILLRACE_DATASTORE: location, PAUSE_MS: "2000" });
      } finally {
        store.close();
        await proxy.stop();
      }
    }, 180_000);
  });
});
