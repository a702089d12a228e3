import { expect } from "vitest";
import { isSplit } from "../shapes/shape.ts";
import type { Spec } from "./spec.ts";

export const mergeRules: Spec = {
  truth: "mergeArtifacts carries what agrees; a conflict names everything and sets nothing",
  fits: ({ steps }) => steps.some(({ way }) => isSplit(way)),
  adds: {
    imports: ["current"],
    head: [
      'const messageOf = (act: () => void) => { try { act(); return ""; } catch (error) { return (error as Error).message; } };',
    ],
    fields: [
      ...['same = "initial";', 'own = "";', 'other = "";', 'conflict = "";', 'unknown = "";'],
      ...["afterConflict: unknown = null;", "afterInclude: unknown = null;", "afterExclude: unknown = null;"],
    ],
    step: ({ step: { name, isJoin } }) => ({
      lines: [
        ...(isJoin
          ? [
              'this.conflict = messageOf(() => this.mergeArtifacts(inputs, { include: ["same", "own", "other"] }));',
              'if (this.conflict !== "") this.afterConflict = [this.same, this.own, this.other];',
              'if (inputs.length > 0) this.mergeArtifacts(inputs, { include: ["same"] });',
              'this.afterInclude = [this.same, inputs.length < 2 || this.own === ""];',
              'this.unknown = messageOf(() => this.mergeArtifacts(inputs, { include: ["nowhere"] }));',
              "const names = new Set(inputs.flatMap((input) => Object.keys(input)));",
              'this.mergeArtifacts(inputs, { exclude: [...names].filter((one) => one !== "same") });',
              'this.afterExclude = [this.same, inputs.length < 2 || this.own === ""];',
            ]
          : []),
        ...(name === "start" ? ['this.same = "from the start";'] : []),
        "this.own = current.taskId;",
        "this.other = `${current.stepName}/${current.taskId}`;",
      ],
    }),
  },
  async check(seen, { tasks }) {
    const artifacts = await seen.artifacts();
    // Behind a join over nothing the field has its initial value again.
    const isLost = new Set<string>();
    for (const { id, parents, source } of tasks) {
      const isEmptyJoin = source.kind === "join" && parents.length === 0;
      if (isEmptyJoin || parents.some((parent) => isLost.has(parent))) isLost.add(id);
      const table = artifacts.get(id) ?? {};
      const same = isLost.has(id) ? "initial" : "from the start";
      expect(table["same"]?.value, id).toBe(same);
      if (source.kind !== "join") continue;
      const conflict = String(table["conflict"]?.value);
      if (parents.length > 1) {
        expect(conflict, id).toContain("own");
        expect(conflict, id).toContain("other");
        expect(conflict, id).not.toMatch(/\bsame\b/);
        expect(table["afterConflict"]?.value, id).toEqual(["initial", "", ""]);
      } else if (parents.length === 1) expect(conflict, id).toBe("");
      expect(table["afterInclude"]?.value, id).toEqual([same, true]);
      expect(table["afterExclude"]?.value, id).toEqual([same, true]);
      // Where nothing is merged, nothing can be missing.
      if (parents.length === 0) expect(table["unknown"]?.value, id).toBe("");
      else expect(table["unknown"]?.value, id).toContain("nowhere");
    }
  },
};
