import { expect, test } from "vitest";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import { Deployments } from "../../runtime/datastore/deployments.ts";
import { changeDeployment } from "../../runtime/deploy/change-deployment.ts";
import { readSettings } from "../../runtime/settings/read-settings.ts";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { airflowServer } from "./airflow/airflow-server.ts";
import { deployed } from "./version-of.ts";

const NAME = "SampleFlow";

function change(action: "pause" | "unpause", { store, url }: { store: Datastore; url: string }) {
  const env = { MILLRACE_AIRFLOW_URL: url, MILLRACE_USER: "ada" };
  const settings = readSettings(env, temporaryFolder());
  return changeDeployment(action, { name: NAME, store, settings, takesOver: true });
}

test("a target is asked also where the record agrees: who changed it may have died before recording that", async () => {
  const store = datastoreOn(memoryStorage());
  const { url, bodies } = await airflowServer();
  deployed(store, { target: "airflow" });
  expect(await change("unpause", { store, url })).toMatchObject({ isNew: false, state: { sequence: 1 } });
  expect(await change("pause", { store, url })).toMatchObject({ isNew: true, state: { isPaused: true } });
  expect(await change("pause", { store, url })).toMatchObject({ isNew: false, state: { sequence: 2 } });
  const said = [false, true, true].map((paused) => JSON.stringify({ is_paused: paused }));
  expect(bodies).toEqual(said);
});

test("a pause that comes second leaves the target on, as the change that came first recorded it", async () => {
  const store = datastoreOn(memoryStorage());
  let isFirst = true;
  const { url, bodies } = await airflowServer(() => {
    if (isFirst) deployed(store, { target: "airflow" });
    isFirst = false;
  });
  deployed(store, { target: "airflow" });
  await expect(change("pause", { store, url })).rejects.toThrow(
    /Cannot pause SampleFlow because it was changed meanwhile/,
  );
  expect(bodies).toEqual(['{"is_paused":true}', '{"is_paused":false}']);
  expect(new Deployments(store.storage).state(NAME)).toMatchObject({ version: 2, isPaused: false });
});

test("a pause of what was paused is recorded where somebody unpaused it while the target was asked", async () => {
  const store = datastoreOn(memoryStorage());
  const deployments = new Deployments(store.storage);
  let asked = 0;
  const move = (expected: number, isPaused: boolean) =>
    deployments.move(NAME, { expected, version: 1, isPaused, action: isPaused ? "pause" : "unpause", username: "bob" });
  const { url, bodies } = await airflowServer(() => {
    asked += 1;
    if (asked === 1) move(2, false);
  });
  deployed(store, { target: "airflow" });
  move(1, true);
  expect(await change("pause", { store, url })).toMatchObject({ isNew: true, state: { sequence: 4 } });
  expect(bodies).toEqual(['{"is_paused":true}', '{"is_paused":true}']);
  expect(deployments.state(NAME)).toMatchObject({ isPaused: true, username: "ada" });
});
