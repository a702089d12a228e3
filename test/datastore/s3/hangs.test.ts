import { expect, test } from "vitest";
import { MOTO } from "../../rigs/aws/moto.ts";
import type { Operation as Kind } from "../../rigs/aws/proxy/fault.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { OPERATIONS } from "./operations.ts";
import { rigForFile } from "./rig.ts";

describeWith(MOTO, "a request that nobody answers for 30 s", () => {
  const rig = rigForFile();

  test.each([
    ["reading an object", "get"],
    ["writing an object", "put"],
  ] as const)("does not hold up %s: it is asked again", async (name, op: Kind) => {
    const act = OPERATIONS[name]!(rig());
    await rig().proxy.clear();
    await rig().proxy.add({ on: { op }, does: { kind: "hang" } });
    act();
    const seen = (await rig().proxy.requests()).filter((request) => request.op === op);
    expect(seen.filter(({ fault }) => fault === "hang")).toHaveLength(1);
    expect(seen.length).toBeGreaterThan(1);
  });

  test("does not hold up the reading of a blob, also when it falls silent in the middle of the body", async () => {
    const act = OPERATIONS["reading a large blob"]!(rig());
    await rig().proxy.clear();
    await rig().proxy.add({ on: { op: "get" }, does: { kind: "hang", isInBody: true } });
    act();
  });
});
