import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { latestRun } from "./cell.ts";
import { generateFlow } from "./flow/generated-flow.ts";
import type { Blow } from "./flows/strike.ts";
import { hashesOf } from "./hashes-of.ts";
import { type ExpectedTask, interpret } from "./interpret.ts";
import { committedTasks } from "./resume/committed-tasks.ts";
import { randomBlock } from "./shapes/random-block.ts";
import { layOut } from "./shapes/lay-out.ts";
import { carried } from "./specs/carried.ts";
import { foreachPlace } from "./specs/foreach-place.ts";
import { joinOrder } from "./specs/join-order.ts";
import { lineage } from "./specs/lineage.ts";
import { struck } from "./specs/struck.ts";

const RUNS = Number(process.env["MILLRACE_FUZZ_RUNS"] ?? 12);
const SEED = Number(process.env["MILLRACE_FUZZ_SEED"] ?? 20_260_728);
const MOST_TASKS = 40;

const shapes = randomBlock
  .map((block) => layOut("random", block))
  .filter((shape) => interpret(shape).length <= MOST_TASKS);

const scenes = shapes.chain((shape) => {
  const places = [...new Set(interpret(shape).map(placeOf))];
  const blow = fc.record({
    at: fc.constantFrom(...places),
    how: fc.constantFrom<Blow["how"]>("throw", "kill", "exit"),
  });
  return fc.record({
    shape: fc.constant(shape),
    blows: fc.uniqueArray(blow, { minLength: 1, maxLength: 4, selector: ({ at }) => at }),
    onFailure: fc.constantFrom("stop", "finish"),
    isolation: fc.constantFrom("module", "module", "process"),
  });
});

test(
  `random flows with random failures, resumed until they succeed, leave what an undisturbed run leaves (${RUNS} runs)`,
  { timeout: 60_000 + RUNS * 15_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async ({ shape, blows, onFailure, isolation }) => {
        const additions = [lineage.adds, carried.adds, foreachPlace.adds, joinOrder.adds, struck];
        const flow = generateFlow({ shape, additions });
        const quiet = await flow.command(["run"]);
        expect(quiet.code, quiet.stderr).toBe(0);
        const undisturbed = hashesOf(flow, latestRun(flow));
        expect(Object.keys(undisturbed).sort()).toEqual(
          interpret(shape)
            .map(({ id }) => id)
            .sort(),
        );

        const at = { datastore: path.join(flow.folder, "struck"), className: flow.className };
        const env = {
          MILLRACE_DATASTORE: at.datastore,
          BLOWS: JSON.stringify(blows),
          MARKS: path.join(flow.folder, "m"),
        };
        const options = ["--on-failure", onFailure, "--isolation", isolation];
        const runs: string[] = [];
        for (let code: number | null = 1; code !== 0;) {
          const struckRun = await flow.command([runs.length === 0 ? "run" : "resume", ...options], env);
          code = struckRun.code;
          runs.push(latestRun(at));
          expect(runs.length, `it never ends: ${struckRun.stderr}`).toBeLessThanOrEqual(blows.length + 1);
        }
        expect(runs.length).toBeGreaterThan(1);
        expect(hashesOf(at, runs.at(-1) ?? "")).toEqual(undisturbed);
        expect(runs.flatMap((run) => committedTasks(at, run)).sort()).toEqual(Object.keys(undisturbed).sort());
        fs.rmSync(flow.folder, { recursive: true, force: true, maxRetries: 3 });
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  },
);

/** As `strike` names a task. */
function placeOf({ step, stack }: ExpectedTask): string {
  return [step, ...stack.map(({ index }) => index)].join("-");
}
