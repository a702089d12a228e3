import fc from "fast-check";
import { expect, test } from "vitest";
import { readFlow } from "../../../runtime/graph/read-flow.ts";
import type { Finding } from "../../../runtime/graph/finding.ts";
import { flowFrom } from "../flow-from.ts";
import { FIELDS, type FieldProgram, fieldPrograms, programText } from "./field-program.ts";
import { isAlive, lostJoins, type Seen, walkPaths } from "./walk-paths.ts";

const RUNS = Number(process.env["MILLRACE_FUZZ_RUNS"] ?? 1000);
const SEED = Number(process.env["MILLRACE_FUZZ_SEED"] ?? 20_261_130);

let lossesSeen = 0;
let soundSeen = 0;

test(`check finds the losses of ${RUNS} random flows, and nothing in what loses nothing`, { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(fieldPrograms, (program) => {
      const found = warningsOf(program);
      const seen = new Map(FIELDS.map((field) => [field, walkPaths(field, program)]));
      const expected = pairs(
        FIELDS.flatMap((field) => expectedLosses(field, { seen: seen.get(field) ?? [], program })),
      );
      const losses = found.filter(({ rule }) => rule === "lost-at-join").map(pairOf);
      const unmerged = found.filter(({ rule }) => rule === "merge-of-nothing").map(pairOf);
      expect(pairs(losses.filter((pair) => !expected.includes(pair)))).toEqual([]);
      expect(pairs(expected.filter((pair) => !losses.includes(pair) && !unmerged.includes(pair)))).toEqual([]);

      const risky = FIELDS.filter((field) => !program.initialized.has(field) && (seen.get(field) ?? []).some(isRisky));
      const caught = found.filter(({ rule }) => rule === "caught-unchecked").map(({ field }) => field ?? "");
      expect([...new Set(caught)].sort()).toEqual([...risky].sort());
      lossesSeen += expected.length;
      if (expected.length === 0) soundSeen += 1;
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Both sides are worth nothing if one of them hardly occurs.
  expect(lossesSeen).toBeGreaterThan(RUNS / 4);
  expect(soundSeen).toBeGreaterThan(RUNS / 4);
});

function warningsOf(program: FieldProgram): readonly Finding[] {
  const Flow = flowFrom(programText(program), { notSteps: [] });
  const { graph, findings, warnings } = readFlow(Flow, {
    settingsOf: (_, step) => (program.steps.get(step)?.isCaught === true ? { catchAs: null } : {}),
  });
  expect(graph, findings.map(({ message }) => message).join("\n")).not.toBeNull();
  return warnings();
}

function pairOf({ field, join }: Finding): string {
  return `${field ?? ""} at ${join ?? ""}`;
}

function pairs(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}

/** Fields and the joins that lose them on the way to a read that does not know of it. */
function expectedLosses(field: string, { seen, program }: { seen: readonly Seen[]; program: FieldProgram }): string[] {
  return seen.flatMap(({ step, op, states }) => {
    if (op === "read maybe" && [...states].some(isAlive)) return [];
    const joins = [...states].flatMap(lostJoins);
    return joins
      .filter((join) => join !== step || op === "read inputs" || !isMeant(field, { step, program }))
      .map((join) => `${field} at ${join}`);
  });
}

/** In a join, a field with an initial value may start anew if the join sets it, or takes it from its inputs. */
function isMeant(field: string, { step, program }: { step: string; program: FieldProgram }): boolean {
  if (!program.initialized.has(field)) return false;
  const { before = [], after = [] } = program.steps.get(step) ?? {};
  return [...before, ...after].some(([name, op]) => name === field && (op === "write" || op === "read inputs"));
}

/** A step that reads what it may itself have failed to set, a round earlier, is not told. */
function isRisky({ step, states }: Seen): boolean {
  const all = [...states].filter((state) => state !== "");
  return all.some((state) => state !== `risky ${step}`) && all.every((state) => state.startsWith("risky "));
}
