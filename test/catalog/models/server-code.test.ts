import { expect, test } from "vitest";
import { ModelServers } from "../../../runtime/catalog/models/model-servers.ts";
import { serverStates } from "../../../runtime/catalog/models/server-states.ts";
import { models } from "../../../sdk/models/index.ts";
import { millrace } from "../../rigs/harness.ts";
import { modelRig, pathspecOf } from "./model-rig.ts";

test("a server that runs other code than it was told to is wrong, also with the right version", async () => {
  const { folder: datastore, store, train } = modelRig();
  const version = await models.register("Churn", pathspecOf(train("run-1", 11)), { datastore });
  const [old, current] = ["a".repeat(64), "b".repeat(64)];
  const servers = new ModelServers(store.storage);
  const sign = (id: string, code: { readonly code?: string; readonly wantedCode?: string }) =>
    servers.write({
      ...{ id, model: "Churn", reference: "Churn@latest", number: 1, hash: version.hash, service: "ChurnService" },
      ...{ address: `http://${id}`, host: "elsewhere", pid: 1, startedAt: Date.now(), time: Date.now(), endedAt: null },
      ...code,
    });
  sign("right", { code: current, wantedCode: current });
  sign("old", { code: old, wantedCode: current });
  sign("source", { wantedCode: current });
  sign("untold", { code: old });
  sign("plain", {});
  const states = serverStates(store, "Churn").map(({ record, state }): [string, string] => [record.id, state]);
  expect(Object.fromEntries(states)).toEqual({
    right: "right",
    old: "wrong",
    source: "wrong",
    untold: "right",
    plain: "right",
  });

  const { stdout, code } = await millrace(["models", "status", "Churn", "--datastore", datastore]);
  expect(code).toBe(1);
  expect(stdout.split("\n").find((line) => line.includes("http://old"))).toMatch(/wrong +code bbbbbbbb .* aaaaaaaa /);
});
