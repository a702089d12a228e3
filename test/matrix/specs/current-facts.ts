import { BY_ADA } from "../flow/generated-flow.ts";
import { expect } from "vitest";
import { valuesOf } from "../observe/observer.ts";
import { type Spec, wanted } from "./spec.ts";

export const currentFacts: Spec = {
  truth: "`current` names the task, its run and its place in a gang",
  adds: {
    imports: ["current"],
    fields: ["facts: unknown = null;", "gang: unknown = null;"],
    step: ({ shape, step: { name } }) => ({
      lines: [
        "const { flowName, runId, stepName, taskId, pathspec, attempt, originRunId, username, namespace, engine } = current;",
        "this.facts = { flowName, runId, stepName, taskId, pathspec, attempt, originRunId, username, namespace, engine, isRunning: current.isRunning, isAborted: current.signal.aborted };",
        shape.steps.some(({ way }) => way.kind === "gang" && way.to === name)
          ? "this.gang = { ...current.parallel };"
          : 'try { void current.parallel; this.gang = "some"; } catch { this.gang = null; }',
      ],
    }),
  },
  async check(seen, expected) {
    const numbers = new Map((await seen.tasks()).map(({ id, task }) => [id, String(task)]));
    expect(await valuesOf(seen, "facts")).toEqual(
      wanted(expected, ({ id, step }) => ({
        flowName: "MatrixFlow",
        runId: seen.runId,
        stepName: step,
        taskId: numbers.get(id),
        pathspec: `MatrixFlow/${seen.runId}/${step}/${numbers.get(id) ?? ""}`,
        attempt: 0,
        originRunId: null,
        username: BY_ADA.MILLRACE_USER,
        namespace: `user:${BY_ADA.MILLRACE_USER}`,
        engine: "local",
        isRunning: true,
        isAborted: false,
      })),
    );
    const leaders = new Set(expected.shape.steps.flatMap(({ way }) => (way.kind === "gang" ? [way.to] : [])));
    const gangs = await valuesOf(seen, "gang");
    for (const { id, step, gang } of expected.tasks) {
      if (gang === null) expect(gangs[id], id).toBeNull();
      else if (leaders.has(step))
        expect(gangs[id], id).toEqual({ mainHost: "127.0.0.1", numNodes: gang.size, nodeIndex: gang.index });
    }
  },
};
