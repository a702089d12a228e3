import { expect } from "vitest";
import type { Addition } from "../flow/addition.ts";
import { valuesOf } from "../observe/observer.ts";
import type { Spec } from "./spec.ts";
import { victimsIn } from "./victims.ts";

/** Both victims leave their error in one field; whoever comes next notes and clears it. */
const witness: Addition = {
  imports: ["catchError"],
  fields: ["problem: Error | undefined;", "problems: (string | null)[] = [];", 'kept = "";'],
  step: ({ shape, step: { name, isJoin } }) => {
    const { killed, late } = victimsIn(shape);
    const kept = { lines: [`this.kept = "${name}";`] };
    if (name === killed || name === late) return { decorators: ['@catchError({ as: "problem" })'], ...kept };
    return {
      lines: [
        isJoin
          ? "this.problems = inputs.map((input) => input.problem?.message ?? null);"
          : "this.problems = [this.problem?.message ?? null];",
        "this.problem = undefined;",
        ...kept.lines,
      ],
    };
  },
};

export const caughtKill: Spec = {
  truth: "a step whose process is killed is caught, with its predecessor's artifacts, and the flow goes on",
  fits: (shape) => victimsIn(shape).killed !== null,
  adds: {
    ...witness,
    step: (at) => {
      const common = witness.step?.(at) ?? {};
      if (at.step.name !== victimsIn(at.shape).killed) return common;
      return { ...common, late: ['process.kill(process.pid, "SIGKILL");', "await new Promise(() => undefined);"] };
    },
  },
  async check(seen, expected) {
    const { killed } = victimsIn(expected.shape);
    await checkVictims(seen, expected, { step: killed, says: "SIGKILL" });
    const kept = await valuesOf(seen, "kept");
    for (const { id, step, parents } of expected.tasks) {
      if (step === killed) expect(kept[id], id).toBe(kept[parents[0] ?? ""] ?? "");
    }
  },
};

export const caughtTimeout: Spec = {
  truth: "a step that outlasts its time is told so, and caught with the artifacts that it has set",
  fits: (shape) => victimsIn(shape).late !== null,
  adds: {
    imports: ["current", "timeout"],
    head: ['import { setTimeout as sleep } from "node:timers/promises";'],
    step: ({ shape, step: { name } }) =>
      name === victimsIn(shape).late
        ? {
            // Its time begins before its body does: a busy machine must not spend all of it on that.
            decorators: ["@timeout({ seconds: 1 })"],
            late: ["await sleep(60_000, undefined, { signal: current.signal });"],
          }
        : {},
  },
  async check(seen, expected) {
    const { late } = victimsIn(expected.shape);
    await checkVictims(seen, expected, { step: late, says: "limit of 1 s" });
    const kept = await valuesOf(seen, "kept");
    for (const { id, step } of expected.tasks) if (step === late) expect(kept[id], id).toBe(late);
  },
};

async function checkVictims(
  seen: Parameters<Spec["check"]>[0],
  { tasks, byId, shape }: Parameters<Spec["check"]>[1],
  { step: victim, says }: { step: string | null; says: string },
): Promise<void> {
  expect((await seen.header()).status).toBe("succeeded");
  const caught = (await seen.tasks()).filter(({ step }) => step === victim);
  expect(caught.length).toBeGreaterThan(0);
  expect(caught.filter(({ status }) => status !== "caught")).toEqual([]);
  const problems = await valuesOf(seen, "problems");
  const { killed, late } = victimsIn(shape);
  for (const { id, step, parents } of tasks) {
    if (step === killed || step === late) continue;
    const messages = problems[id] as readonly (string | null)[];
    const stepsBefore = parents.map((parent) => byId.get(parent)?.step);
    for (const [at, before] of stepsBefore.entries()) {
      if (before === victim) expect(messages[at], id).toContain(says);
      else if (before !== killed && before !== late) expect(messages[at], id).toBeNull();
    }
  }
}
