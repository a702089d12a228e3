import { expect, test } from "vitest";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { Deployments } from "../../runtime/datastore/deployments.ts";
import { deploymentName } from "../../runtime/deploy/deployment-name.ts";
import { targetNamed } from "../../runtime/deploy/index.ts";
import { lateParameters } from "../../runtime/deploy/late-parameters.ts";
import { refuseCycle } from "../../runtime/deploy/refuse-cycle.ts";
import { readInstant } from "../../runtime/deploy/triggers/read-instant.ts";
import type { FlowField } from "../../runtime/launch/values/flow-fields.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { DAILY, deployed, newVersion, NO_TRIGGERS } from "./version-of.ts";

function after(...flows: string[]) {
  return { ...NO_TRIGGERS, finishes: flows.map((flow) => ({ flow })) };
}

test("flows of one branch that would start each other for ever are refused by name", () => {
  const store = openDatastore(temporaryFolder());
  deployed(store, { deployment: "etl", flow: "EtlFlow", triggers: after("ScoreFlow") });
  deployed(store, { deployment: "train", flow: "TrainFlow", triggers: after("EtlFlow", "OtherFlow") });
  const score = newVersion({ deployment: "score", flow: "ScoreFlow", triggers: after("TrainFlow") });
  const deployments = new Deployments(store.storage);
  expect(() => refuseCycle(score, deployments)).toThrow(/ScoreFlow → EtlFlow → TrainFlow → ScoreFlow/);
  const elsewhere = { ...score, project: { name: "fraud", branch: "prod", isProduction: true } };
  expect(() => refuseCycle(elsewhere, deployments)).not.toThrow();
  // In place of the one before, it closes no circle any more.
  const etl = newVersion({ deployment: "etl", flow: "EtlFlow", triggers: after("LoadFlow") });
  expect(() => refuseCycle(etl, deployments)).not.toThrow();
});

test("a flow that would start itself is refused", () => {
  const deployments = new Deployments(openDatastore(temporaryFolder()).storage);
  const own = newVersion({ flow: "ScoreFlow", triggers: after("ScoreFlow") });
  expect(() => refuseCycle(own, deployments)).toThrow(/ScoreFlow → ScoreFlow/);
});

const FIELDS: readonly FlowField[] = [
  { kind: "parameter", name: "date", options: { required: true }, initial: undefined },
  { kind: "parameter", name: "size", options: {}, initial: 1 },
];
const EVENT = { events: ["rates"], parameters: { day: "date" }, policy: "each" } as const;

function late(triggers: Partial<typeof NO_TRIGGERS> | object, given: readonly string[] = []): string[] {
  const of = { flow: "F", fields: FIELDS, triggers: { ...NO_TRIGGERS, ...triggers }, given: new Set(given) };
  return [...lateParameters(of)];
}

test("a required parameter may lack a value where every trigger brings one", () => {
  expect(late({ events: [EVENT] })).toEqual(["date"]);
  expect(late({ schedules: [DAILY] }, ["date"])).toEqual([]);
});

test.each([
  ["nothing", {}, /parameter date is required, and nothing gives it a value/],
  ["a schedule", { schedules: [DAILY], events: [EVENT] }, /the schedule 0 6 \* \* \* gives it no value/],
  ["another flow's end", { finishes: [{ flow: "EtlFlow" }] }, /the end of EtlFlow gives it no value/],
  ["another event", { events: [EVENT, { ...EVENT, events: ["b"], parameters: {} }] }, /the event b gives it no value/],
])("and is refused by name where %s starts runs without it", (_, triggers, said) => {
  expect(() => late(triggers)).toThrow(said);
});

test("an event for a parameter that the flow does not have is refused with the nearest one", () => {
  const triggers = { events: [{ ...EVENT, parameters: { day: "dat" } }] };
  expect(() => late(triggers, ["date"])).toThrow(expect.objectContaining({ hint: "did you mean date?" }));
});

test("a deployment is called as its flow, in a project with both names before it", () => {
  const project = { name: "fraud", branch: "user.ada lovelace", isProduction: false };
  expect(deploymentName(undefined, { flow: "F", project: null })).toBe("F");
  expect(deploymentName(undefined, { flow: "F", project })).toBe("fraud.user.ada-lovelace.F");
  expect(deploymentName("nightly", { flow: "F", project })).toBe("nightly");
  for (const wrong of ["", "a/b", "../x", "a~b", "-a", "x".repeat(101)])
    expect(() => deploymentName(wrong, { flow: "F", project: null }), wrong).toThrow(/the name of a deployment/);
});

test("a target that does not exist is refused with the nearest one", () => {
  expect(() => targetNamed("lokal")).toThrow(expect.objectContaining({ hint: "did you mean local?" }));
});

test("times are read by the clock of the schedule, unless they say more", () => {
  const utc = (text: string) => new Date(readInstant(text, "--from")("Europe/Berlin")).toISOString();
  expect(utc("2026-03-01")).toBe("2026-02-28T23:00:00.000Z");
  expect(utc("2026-07-01T06:30")).toBe("2026-07-01T04:30:00.000Z");
  expect(utc("2026-03-01T06:00Z")).toBe("2026-03-01T06:00:00.000Z");
  expect(utc("2026-03-01 06:00:30+0530")).toBe("2026-03-01T00:30:30.000Z");
  // In the gap of spring the first moment after it.
  expect(utc("2026-03-29T02:30")).toBe("2026-03-29T01:00:00.000Z");
  for (const wrong of ["", "tomorrow", "2026-02-31", "2026-3-1", "2026-03-01T25:00", "2026-03-01Z"])
    expect(() => readInstant(wrong, "--from"), wrong).toThrow(/Cannot use --from because it is not a date or a time/);
});
