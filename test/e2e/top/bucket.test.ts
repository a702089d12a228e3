import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { foreach, SampleRun, started, succeeded } from "../../datastore/sample-store.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { HAS_TERMINAL } from "../../rigs/started-command.ts";
import { startTop } from "../../rigs/started-top.ts";
import { serviceForFile } from "../s3/bucket-for-file.ts";

const RUNS = 40;
/** Those of a screen, of which each is looked up by a few requests that go out together. */
const IN_SIGHT = 24;
const PER_RUN = 6;

describeWith(MOTO, "top in a bucket", () => {
  const service = serviceForFile();

  test.skipIf(!HAS_TERMINAL)(
    "reads the runs that are in sight, and what is opened; idle it asks once a second",
    async () => {
      const datastore = await service().store();
      const store = openDatastore(datastore);
      for (let at = 0; at < RUNS; at += 1)
        new SampleRun(store, `r${String(at).padStart(3, "0")}`).events(
          { type: "run-started" },
          started("start", 1, { kind: "start" }),
          succeeded(1, foreach(2)),
          { type: "run-finished", status: "failed", reason: "stopped by ada" },
        );
      await service().proxy.clear();
      const top = startTop(service().machine(datastore));
      await top.shows(/✗ {2}Sample +r039[^]*✗ {2}Sample +r020/);
      const first = await service().proxy.requests();
      expect(first.length).toBeLessThanOrEqual(IN_SIGHT * PER_RUN + 20);

      await service().proxy.clear();
      const startedAt = performance.now();
      top.press("j\r");
      await top.shows(/Sample\/r038[^]*stopped by ada[^]*start +█+ +1\/1[^]*✓ {2}start\/1/);
      top.press("q");
      await top.shows("r020");
      // Until the list is looked up again.
      await expect
        .poll(async () => (await service().proxy.requests()).some(({ op }) => /List/i.test(op)), { timeout: 30_000 })
        .toBe(true);
      const seconds = (performance.now() - startedAt) / 1000;
      expect((await service().proxy.requests()).length).toBeLessThanOrEqual(seconds + 12);
      top.press("q");
      expect(await top.exit()).toMatchObject({ code: 0 });
    },
  );
});
