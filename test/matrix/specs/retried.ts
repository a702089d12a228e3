import { expect } from "vitest";
import { type Spec, wanted } from "./spec.ts";
import { victimsIn } from "./victims.ts";

export const retried: Spec = {
  truth: "a step that succeeds on its fourth attempt leaves that attempt's artifacts alone",
  adds: {
    imports: ["current", "retry"],
    fields: ["tries: number[] = [];", "lost!: string;"],
    step: ({ shape, step: { name, isJoin } }) => {
      const { killed, late } = victimsIn(shape);
      if (name === killed || name === late) return {};
      return {
        decorators: ['@retry({ times: 3, delay: "0s" })'],
        lines: [
          ...(isJoin ? ["this.tries = inputs.flatMap((input) => input.tries);"] : []),
          "this.tries.push(current.attempt);",
          "if (current.attempt < 3) this.lost = `left by attempt ${current.attempt}`;",
        ],
        late: ["if (current.attempt < 3) throw new Error(`attempt ${current.attempt} is too early`);"],
      };
    },
  },
  async check(seen, expected) {
    const { killed, late } = victimsIn(expected.shape);
    const isSpared = (step: string) => step === killed || step === late;
    const tasks = (await seen.tasks()).filter(({ step }) => !isSpared(step));
    const four = ["failed", "failed", "failed", "succeeded"];
    expect(tasks.filter(({ attempts }) => attempts.join() !== four.join())).toEqual([]);
    const artifacts = await seen.artifacts();
    const found = [...artifacts].map(([id, table]) => [id, [table["tries"]?.value, "lost" in table]]);
    const tries = new Map<string, number[]>();
    for (const { id, step, parents } of expected.tasks) {
      tries.set(id, [...parents.flatMap((parent) => tries.get(parent) ?? []), ...(isSpared(step) ? [] : [3])]);
    }
    expect(Object.fromEntries(found)).toEqual(wanted(expected, ({ id }) => [tries.get(id), false]));
  },
};
