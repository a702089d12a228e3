import path from "node:path";
import { expect, test } from "vitest";
import { hashesOf } from "../matrix/hashes-of.ts";
import { ARGO } from "../rigs/argo/argo.ts";
import { deployToArgo, triggered } from "../rigs/argo/on-argo.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { folderOfFile, millrace, ROOT, withRun } from "../rigs/harness.ts";

const FLOW = path.join(ROOT, "examples/recsys/flow.ts");
// npm installs the packages of @env on a fresh machine.
const SLOW = 900_000;

describeWith(ARGO, "the recommender on Argo", () => {
  const folder = folderOfFile();

  test("gives the same numbers, byte for byte, as on this machine", { timeout: SLOW }, async () => {
    const here = withRun(await millrace(["run", FLOW, "--max-workers", "2"], { datastore: path.join(folder, "here") }));
    expect(here.code, here.stderr).toBe(0);
    const place = { folder, datastore: path.join(folder, "there"), name: "recommender" };
    await deployToArgo(FLOW, { place, pods: "kubernetes:cpu=0.5,memory=1500" });
    expect(await triggered(place)).toMatchObject({ phase: "Succeeded" });
    const there = withRun({ ...here, datastore: place.datastore });
    expect(hashesOf({ datastore: place.datastore, className: there.flow }, there.run)).toEqual(
      hashesOf({ datastore: here.datastore, className: here.flow }, here.run),
    );
  });
});
