import { expect } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { expectedOf, observersOf } from "../cell.ts";
import { type GeneratedFlow, generateFlow } from "../flow/generated-flow.ts";
import type { Observer } from "../observe/observer.ts";
import { SHAPES } from "../shapes/all.ts";
import type { Role, Shape } from "../shapes/shape.ts";
import { lineage } from "../specs/lineage.ts";
import { committedTasks } from "./committed-tasks.ts";
import { failAt, failurePlaces } from "./fail-at.ts";

/** What a chain shows of every shape. */
export const CHAINS = SHAPES.map((shape) => ({ shape, roles: failurePlaces(shape).map(({ role }) => role) }));

/** A run that fails, and resumes of it that fail further on, up to one that succeeds. */
export interface ResumedChain {
  /** What the failed run finished is taken over by its resume, and what failed is run again. */
  checkResumeAfter(role: Role, checker: Observer["checker"]): Promise<void>;
  checkEnd(checker: Observer["checker"]): Promise<void>;
  /** The tasks that any of the runs committed, sorted. */
  committed(): readonly string[];
  expectedIds(): readonly string[];
}

export async function runChain(shape: Shape): Promise<ResumedChain> {
  const flow = generateFlow({ shape, additions: [lineage.adds, failAt] });
  const places = failurePlaces(shape);
  const links: Observer[][] = [];
  for (const [at, place] of [...places, null].entries()) {
    const env = place === null ? {} : { FAIL_AT: `${place.step}@${place.index}` };
    const { code, stderr } = await flow.command([at === 0 ? "run" : "resume"], env);
    expect(code, stderr).toBe(place === null ? 0 : 1);
    if (place !== null) expect(stderr).toContain(`${place.step} was told to fail`);
    links.push(observersOf(flow));
  }
  const expected = expectedOf(shape);
  const link = (at: number, checker: string): Observer => {
    const seen = links[at]?.find((one) => one.checker === checker);
    if (seen === undefined) throw new Error(`there is no run ${at} for ${checker}`);
    return seen;
  };
  return {
    async checkResumeAfter(role, checker) {
      const at = places.findIndex((place) => place.role === role);
      const [failed, resumed] = [link(at, checker), link(at + 1, checker)];
      expect((await failed.header()).status).toBe("failed");
      expect((await resumed.header()).originRun).toBe(failed.runId);
      const before = await failed.tasks();
      const after = new Map((await resumed.tasks()).map((task) => [task.id, task]));
      const finished = before.filter(({ status }) => status === "succeeded").map(({ id }) => id);
      expect(finished.filter((id) => after.get(id)?.isReused !== true)).toEqual([]);
      const broken = before.filter(({ status, step }) => status === "failed" && step === places[at]?.step);
      expect(broken.length).toBeGreaterThan(0);
      // One that is not there yet is left to the next resume, as this one failed in its turn.
      expect(broken.filter(({ id }) => after.get(id)?.isReused === true)).toEqual([]);
      expect(broken.some(({ id }) => after.get(id)?.isReused === false)).toBe(true);
    },
    async checkEnd(checker) {
      const last = link(places.length, checker);
      expect((await last.header()).status).toBe("succeeded");
      await lineage.check(last, expected);
    },
    committed: () =>
      runsOf(flow)
        .flatMap((run) => committedTasks(flow, run))
        .sort(),
    expectedIds: () => expected.tasks.map(({ id }) => id).sort(),
  };
}

function runsOf({ datastore, className }: GeneratedFlow): readonly string[] {
  return openDatastore(datastore).runs(className);
}
