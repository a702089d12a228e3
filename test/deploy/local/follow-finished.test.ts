import { expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import type { RunHeader } from "../../../runtime/datastore/reader/run-summary.ts";
import { followFinished } from "../../../runtime/deploy/local/follow-finished.ts";
import { KnownDeployments } from "../../../runtime/deploy/local/known-deployments.ts";
import { Troubles } from "../../../runtime/deploy/local/troubles.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { deployed } from "../version-of.ts";

test("a deployment that cannot follow a run keeps no other one from following it, and is told", async () => {
  const store = datastoreOn(memoryStorage());
  const triggers = { schedules: [], events: [], finishes: [{ flow: "TrainFlow" }] };
  for (const deployment of ["first", "second"])
    // The release of the first is gone.
    deployed(store, { deployment, triggers, ...(deployment === "first" ? { release: "1".repeat(64) } : {}) });
  const tell = () => undefined;
  const deployments = new KnownDeployments(store, { changed: tell, failed: tell });
  deployments.load();
  expect([...deployments.active.keys()]).toEqual(["first", "second"]);
  const inbox = new Inbox(store.storage);
  const context = { id: "one", store, inbox, settings: processSettings(), deployments };
  const header = { flow: "TrainFlow", run: "one", status: "succeeded", finishedAt: Date.now() + 60_000 };
  const following = followFinished({ ...context, troubles: new Troubles(tell), tell }, {
    ...header,
    document: { deployment: { name: "train", version: 1 } },
  } as unknown as RunHeader);
  await expect(following).rejects.toMatchObject({ code: "MILLRACE_MISSING_BLOB" });
  expect(new Fires(store.storage).names("second")).toEqual(["finish-TrainFlow-one"]);
  expect(inbox.names().fires.map(({ deployment }) => deployment)).toContain("second");
});
