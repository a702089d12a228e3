import { afterAll, beforeAll, describe } from "vitest";
import type { ResultLocator } from "../../../runtime/datastore/records.ts";
import { cards } from "./cards.ts";
import { deaths } from "./deaths.ts";
import { ends } from "./ends.ts";
import { gangs } from "./gangs.ts";
import { metrics } from "./metrics.ts";
import { output } from "./output.ts";
import { prepareStage, type Stage, type StageOptions } from "./stage.ts";
import { progress } from "./progress.ts";
import { stops } from "./stops.ts";
import type { Trial } from "./trial.ts";

/** What the suites share: one run, one backend that stays open, and the result of the run's first task. */
export interface UnderTest {
  readonly stage: Stage;
  readonly trial: Trial;
  readonly first: ResultLocator;
}

/** What every backend promises; `make` says where the run is recorded. */
export function backendContract(make: () => StageOptions | Promise<StageOptions>): void {
  let known: UnderTest | null = null;
  beforeAll(async () => {
    const stage = await prepareStage(await make());
    const trial = await stage.open();
    const outcome = await trial.run("start");
    if (outcome.status !== "succeeded") throw new Error(`the first task ${JSON.stringify(outcome)}`);
    known = { stage, trial, first: outcome.result };
  });
  afterAll(() => known?.trial.backend.close());
  const under = () => {
    if (known === null) throw new Error("the backend is open while tests run");
    return known;
  };
  describe("ends", () => ends(under));
  describe("output", () => output(under));
  describe("gangs", () => gangs(under));
  describe("metrics", () => metrics(under));
  describe("cards", () => cards(under));
  describe("progress", () => progress(under));
  describe("deaths", () => deaths(under));
  describe("stops", () => stops(under));
}
