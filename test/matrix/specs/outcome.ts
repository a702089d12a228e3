import { expect } from "vitest";
import type { Spec } from "./spec.ts";

export const outcome: Spec = {
  truth: "every task of the shape runs once and succeeds, and so does the run",
  adds: {},
  async check(seen, { tasks }) {
    expect(await seen.header()).toMatchObject({ status: "succeeded", originRun: null });
    const found = (await seen.tasks()).map(({ id, status, attempts, isReused }) => [id, status, attempts, isReused]);
    const wanted = tasks.map(({ id }) => [id, "succeeded", ["succeeded"], false]);
    expect(found.sort()).toEqual(wanted.sort());
  },
};
