import { isSplit, type Shape, type ShapeStep, type Split } from "./shapes/shape.ts";

/** One task as the contract wants it; tasks are named `step@path`. */
export interface ExpectedTask {
  readonly id: string;
  readonly step: string;
  /** The children taken on the way, and the steps since. */
  readonly path: string;
  /** Place in the innermost foreach or gang. */
  readonly index: number | null;
  readonly stack: readonly ExpectedFrame[];
  /** Set in a gang itself, not in what splits inside it. */
  readonly gang: { readonly size: number; readonly index: number } | null;
  /** Whose artifacts it gets, in the order of the split. */
  readonly parents: readonly string[];
  readonly source: ExpectedSource;
  /** The steps on the way here; a join strings those of its inputs together. */
  readonly trail: readonly string[];
  readonly next: "end" | "linear" | "branch" | "foreach" | "gang" | "switch";
}

export interface ExpectedFrame {
  readonly step: string;
  readonly index: number;
  readonly size: number;
  readonly input: string;
}

export type ExpectedSource =
  | { readonly kind: "start" }
  | { readonly kind: "next"; readonly after: string }
  | { readonly kind: "child"; readonly split: string; readonly index: number }
  | { readonly kind: "join"; readonly split: string };

type Spot = Pick<ExpectedTask, "index" | "stack" | "gang"> & { readonly prefix: string };

/** Tells which tasks a flow of that shape has: an interpreter of its own, which shares nothing with the product. */
export function interpret(shape: Shape): readonly ExpectedTask[] {
  const steps = new Map(shape.steps.map((step) => [step.name, step]));
  const tasks: ExpectedTask[] = [];

  function stepOf(name: string): ShapeStep {
    const step = steps.get(name);
    if (step === undefined) throw new Error(`the shape ${shape.name} has no step ${name}`);
    return step;
  }

  /** Walks until the flow ends or the next step is the join of the split around; gives the last task. */
  function walk(first: string, spot: Spot, from: { parents: readonly ExpectedTask[]; source: ExpectedSource }) {
    const rounds = new Map<string, number>();
    let { parents, source } = from;
    for (let name = first, hop = 0; ; hop += 1) {
      const { way } = stepOf(name);
      const task = visit(name, { ...spot, path: `${spot.prefix}${hop}` }, { parents, source });
      if (way.kind === "end") return task;
      if (isSplit(way)) {
        parents = childrenOf(task, { way, spot });
        source = { kind: "join", split: task.id };
        name = way.join;
        continue;
      }
      parents = [task];
      source = { kind: "next", after: task.id };
      if (way.kind === "linear") {
        if (stepOf(way.to).isJoin) return task;
        name = way.to;
      } else if (way.kind === "switch") {
        const pick = way.pick === "index" ? (task.stack.at(-1)?.index ?? 0) : way.pick;
        name = way.cases[pick % way.cases.length] ?? "";
      } else {
        const round = (rounds.get(name) ?? 0) + 1;
        rounds.set(name, round % way.rounds);
        name = round < way.rounds ? way.again : way.leave;
      }
    }
  }

  function visit(
    step: string,
    { path, index, stack, gang }: Spot & { path: string },
    { parents, source }: { parents: readonly ExpectedTask[]; source: ExpectedSource },
  ): ExpectedTask {
    const { kind } = stepOf(step).way;
    const task: ExpectedTask = {
      ...{ id: `${step}@${path}`, step, path, index, stack, gang, source },
      parents: parents.map(({ id }) => id),
      trail: [...parents.flatMap(({ trail }) => trail), step],
      next: kind === "loop" ? "switch" : kind,
    };
    tasks.push(task);
    return task;
  }

  function childrenOf(task: ExpectedTask, { way, spot }: { way: Split; spot: Spot }): ExpectedTask[] {
    const own = task.stack.at(-1)?.index ?? 0;
    const size =
      way.kind === "branch" ? way.to.length : way.kind === "gang" ? way.size : (way.sizes[own % way.sizes.length] ?? 0);
    return Array.from({ length: size }, (_, index) => {
      const target = way.kind === "branch" ? (way.to[index] ?? "") : way.to;
      const input = `${task.stack.map((frame) => frame.index).join("")}${index}`;
      const inner: Spot = {
        prefix: `${task.path}/${index}.`,
        index: way.kind === "branch" ? spot.index : index,
        stack: way.kind === "foreach" ? [...task.stack, { step: task.step, index, size, input }] : task.stack,
        gang: way.kind === "gang" ? { size, index } : null,
      };
      return walk(target, inner, { parents: [task], source: { kind: "child", split: task.id, index } });
    });
  }

  walk("start", { prefix: "", index: null, stack: [], gang: null }, { parents: [], source: { kind: "start" } });
  return tasks;
}
