import fc from "fast-check";
import { layOut } from "../../matrix/shapes/lay-out.ts";
import { randomBlock } from "../../matrix/shapes/random-block.ts";
import type { Shape, ShapeStep, Way } from "../../matrix/shapes/shape.ts";

/** What a step does with one field. */
export type FieldOp = "write" | "read" | "read maybe" | "read inputs";

/** How a join carries fields. */
export type Carrying =
  | { readonly kind: "nothing" }
  | { readonly kind: "all" }
  | { readonly kind: "include" | "exclude"; readonly names: readonly string[] };

export interface StepProgram {
  readonly before: readonly (readonly [field: string, op: FieldOp])[];
  readonly carrying: Carrying;
  readonly after: readonly (readonly [field: string, op: FieldOp])[];
  readonly isCaught: boolean;
}

/** A flow of random shape, whose steps set, read and carry fields at random. */
export interface FieldProgram {
  readonly shape: Shape;
  readonly steps: ReadonlyMap<string, StepProgram>;
  readonly initialized: ReadonlySet<string>;
}

export const FIELDS = ["alpha", "beta", "gamma", "delta"] as const;

const field = fc.constantFrom(...FIELDS);
const op = fc.constantFrom<FieldOp>("write", "write", "read", "read", "read maybe", "read inputs");
const ops = fc.array(fc.tuple(field, op), { maxLength: 2 });
const names = fc.uniqueArray(field, { minLength: 1, maxLength: 3 });
const carrying: fc.Arbitrary<Carrying> = fc.oneof(
  fc.constant({ kind: "nothing" } as const),
  fc.constant({ kind: "all" } as const),
  fc.record({ kind: fc.constantFrom("include" as const, "exclude" as const), names }),
);
const step = fc.record({ before: ops, carrying, after: ops, isCaught: fc.boolean() });

export const fieldPrograms: fc.Arbitrary<FieldProgram> = randomBlock.chain((block) => {
  const shape = layOut("random", block);
  return fc
    .record({
      programs: fc.array(step, { minLength: shape.steps.length, maxLength: shape.steps.length }),
      initialized: fc.uniqueArray(field, { maxLength: 1 }),
    })
    .map(({ programs, initialized }) => ({
      shape,
      initialized: new Set(initialized),
      steps: new Map(shape.steps.map((one, at) => [one.name, fitting(one, programs[at] ?? NO_PROGRAM)])),
    }));
});

const NO_PROGRAM: StepProgram = { before: [], carrying: { kind: "nothing" }, after: [], isCaught: false };

/** Only joins carry and have inputs; only what leads on to one step may be caught. */
function fitting({ isJoin, way }: ShapeStep, { before, carrying: how, after, isCaught }: StepProgram): StepProgram {
  if (isJoin) return { before, carrying: how, after, isCaught: false };
  const own = ({ 1: what }: readonly [string, FieldOp]) => what !== "read inputs";
  return {
    before: before.filter(own),
    carrying: { kind: "nothing" },
    after: after.filter(own),
    isCaught: isCaught && way.kind === "linear",
  };
}

/** The body of a class that does so. */
export function programText({ shape, steps, initialized }: FieldProgram): string {
  const fields = FIELDS.map((name) => (initialized.has(name) ? `${name} = 0;` : `${name};`));
  const methods = shape.steps.map((one) => {
    const { before, carrying: how, after } = steps.get(one.name) ?? NO_PROGRAM;
    const lines = ["work();", ...before.map(lineOf), ...carryingLines(how), ...after.map(lineOf)];
    return `${one.name}(${one.isJoin ? "inputs" : ""}) { ${lines.join(" ")} ${nextOf(one.way)} }`;
  });
  return ["items = [1, 2];", "mode = 0;", ...fields, ...methods].join("\n");
}

function lineOf([name, what]: readonly [string, FieldOp]): string {
  switch (what) {
    case "write":
      return `this.${name} = work();`;
    case "read":
      return `use(this.${name});`;
    case "read maybe":
      return `if (work()) use(this.${name});`;
    case "read inputs":
      return `use(inputs.map((input) => input.${name}));`;
  }
}

function carryingLines(how: Carrying): string[] {
  if (how.kind === "nothing") return [];
  if (how.kind === "all") return ["this.mergeArtifacts(inputs);"];
  return [`this.mergeArtifacts(inputs, { ${how.kind}: ${JSON.stringify(how.names)} });`];
}

function nextOf(way: Way): string {
  const list = (targets: readonly string[]) => targets.map((target) => `this.${target}`).join(", ");
  switch (way.kind) {
    case "end":
      return "";
    case "linear":
      return `this.next(this.${way.to});`;
    case "branch":
      return `this.next(${list(way.to)});`;
    case "foreach":
      return `this.next(this.${way.to}, { foreach: "items" });`;
    case "gang":
      return `this.next(this.${way.to}, { numParallel: ${way.size} });`;
    case "switch":
      return `this.next({ ${way.cases.map((name, at) => `${at}: this.${name}`).join(", ")} }, { condition: "mode" });`;
    case "loop":
      return `this.next({ again: this.${way.again}, leave: this.${way.leave} }, { condition: "mode" });`;
  }
}
