import { expect, test } from "vitest";
import { MOTO } from "../../rigs/aws/moto.ts";
import { carriedOut, type Fault, internalError, type Misbehaviour, slowDown } from "../../rigs/aws/proxy/fault.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, withRun } from "../../rigs/harness.ts";
import { flowFile } from "../resume/started-flow.ts";
import { scene } from "../resume/trace.ts";
import { serviceForFile } from "./bucket-for-file.ts";

const SHAPES = flowFile("shapes.ts");
const RESULT = { result: "sum 30 after 3", total: 30, rounds: 3 };
const BODIES = 14;

const WEATHER: readonly Misbehaviour[] = [
  slowDown,
  { kind: "reset" },
  carriedOut({ kind: "reset" }),
  internalError,
  { kind: "cut", by: "reset" },
  carriedOut(internalError),
  { kind: "slow", parts: 3, pauseMs: 10 },
];

/** One request in `every` goes wrong, each in another way than the one before. */
function badWeather(every: number): readonly Fault[] {
  return Array.from({ length: 400 }, (_, at) => ({ on: {}, after: every * at, does: WEATHER[at % WEATHER.length]! }));
}

describeWith(MOTO, "a run in a bucket whose service fails", () => {
  const service = serviceForFile();

  test.each([[3], [5]])(
    "at one request in %i ends with the undisturbed result, each body having run once",
    async (every) => {
      const { env, ran } = scene();
      const at = service().machine(await service().store(), env);
      await service().proxy.add(...badWeather(every));
      const run = await millrace(["run", SHAPES], at);
      const faults = (await service().proxy.requests()).filter(({ fault }) => fault !== null);
      await service().proxy.clear();
      expect(run.code, run.stderr).toBe(0);
      expect(readArtifacts(withRun(run), "end")).toMatchObject(RESULT);
      expect(ran()).toHaveLength(BODIES);
      expect(faults.length).toBeGreaterThan(3);
      const checked = await millrace(["fsck", SHAPES], at);
      expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    },
  );

  test.each([[6], [12], [22]])(
    "for good after %i requests ends with a clear error, and is resumed when it is back",
    async (after) => {
      const { env, ran } = scene();
      const at = service().machine(await service().store(), env);
      const expired = { kind: "answer", status: 400, code: "ExpiredToken" } as const;
      await service().proxy.add({ on: {}, after, times: 1e6, does: expired });
      const run = await millrace(["run", SHAPES], at);
      expect(run.code, run.stderr).not.toBe(0);
      expect(run.stderr).toMatch(/credentials are not valid|the request was refused/);
      expect(run.stderr).not.toMatch(/bug in Millrace/);
      await service().proxy.clear();
      const before = ran().length;
      const known = JSON.parse((await millrace(["runs", SHAPES, "--json"], at)).stdout) as unknown[];
      const again = withRun(await millrace([known.length === 0 ? "run" : "resume", SHAPES], at));
      expect(again.code, again.stderr).toBe(0);
      expect(readArtifacts(again, "end")).toMatchObject(RESULT);
      // A body that ran and could not be stored runs again; of these there are as many as ran at once.
      expect(ran().length).toBeLessThanOrEqual(BODIES + Math.min(before, 8));
    },
  );
});
