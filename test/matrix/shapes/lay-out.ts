import type { Block } from "./block.ts";
import { isSplit, type Shape, type ShapeStep, targetsOf, type Way } from "./shape.ts";

/** Gives a block's parts names and transitions: `start` is its first step, `end` follows its last. */
export function layOut(name: string, block: Block): Shape {
  const { entry, steps } = new Layout().lay(block, "end");
  const renamed = [...steps.map((step) => renameIn(step, entry)), { name: "end", isJoin: false, way: END }];
  return { name, steps: splitAtJoins(renamed) };
}

const END: Way = { kind: "end" };

interface Part {
  readonly entry: string;
  readonly steps: readonly ShapeStep[];
}

class Layout {
  readonly #counts = new Map<string, number>();

  lay(block: Block, then: string): Part {
    switch (block.kind) {
      case "body":
        return this.#step("body", { kind: "linear", to: then });
      case "sequence":
        return block.blocks.reduceRight<Part>(
          (rest, one) => {
            const { entry, steps } = this.lay(one, rest.entry);
            return { entry, steps: [...steps, ...rest.steps] };
          },
          { entry: then, steps: [] },
        );
      case "branch": {
        const join = this.#name("join");
        const arms = block.arms.map((arm) => this.lay(arm, join));
        const split = this.#step("fork", { kind: "branch", to: arms.map(({ entry }) => entry), join });
        return this.#closed([split, ...arms], { join, then });
      }
      case "foreach": {
        const join = this.#name("join");
        const inner = this.lay(block.inner, join);
        const split = this.#step("fan", { kind: "foreach", to: inner.entry, sizes: block.sizes, join });
        return this.#closed([split, inner], { join, then });
      }
      case "gang": {
        const join = this.#name("join");
        const inner = this.lay(block.inner, join);
        const split = this.#step("muster", { kind: "gang", to: inner.entry, size: block.size, join });
        return this.#closed([split, inner], { join, then });
      }
      case "switch": {
        // A switch may not lead straight into a join, so its paths meet in a step first.
        const meet = this.#step("meet", { kind: "linear", to: then });
        const cases = block.cases.map((one) => this.lay(one, meet.entry));
        const entries = cases.map(({ entry }) => entry);
        return concat([this.#step("pick", { kind: "switch", cases: entries, pick: block.pick }), ...cases, meet]);
      }
      case "loop":
        return this.#loop(block, then);
    }
  }

  #loop({ inner, rounds }: Extract<Block, { kind: "loop" }>, then: string): Part {
    const leave = this.#step("leave", { kind: "linear", to: then });
    const decide = this.#name("round");
    const body = inner.kind === "body" ? { entry: decide, steps: [] } : this.lay(inner, decide);
    const way: Way = { kind: "loop", again: body.entry, leave: leave.entry, rounds };
    const steps = [...body.steps, { name: decide, isJoin: false, way }, ...leave.steps];
    return { entry: body.entry, steps };
  }

  #closed(parts: readonly Part[], { join, then }: { join: string; then: string }): Part {
    const closing: ShapeStep = { name: join, isJoin: true, way: { kind: "linear", to: then } };
    return concat([...parts, { entry: join, steps: [closing] }]);
  }

  #step(word: string, way: Way): Part {
    const name = this.#name(word);
    return { entry: name, steps: [{ name, isJoin: false, way }] };
  }

  #name(word: string): string {
    const count = (this.#counts.get(word) ?? 0) + 1;
    this.#counts.set(word, count);
    return `${word}${count}`;
  }
}

function concat(parts: readonly Part[]): Part {
  return { entry: parts[0]?.entry ?? "", steps: parts.flatMap(({ steps }) => steps) };
}

function renameIn({ name, isJoin, way }: ShapeStep, entry: string): ShapeStep {
  const text = JSON.stringify({ name, isJoin, way }).replaceAll(`"${entry}"`, '"start"');
  return JSON.parse(text) as ShapeStep;
}

/** A join that leads to a split only it reaches makes that split itself: joins may. */
function splitAtJoins(steps: readonly ShapeStep[]): ShapeStep[] {
  const reached = steps.flatMap(({ way }) => targetsOf(way));
  const merged = new Set<string>();
  const result = steps.map((step) => {
    if (!step.isJoin || step.way.kind !== "linear") return step;
    const { to } = step.way;
    const next = steps.find(({ name }) => name === to);
    const isOnlyWay = reached.filter((name) => name === to).length === 1 && to !== "start";
    if (next === undefined || !isOnlyWay || !isSplit(next.way) || next.isJoin) return step;
    merged.add(to);
    return { ...step, way: next.way };
  });
  return result.filter(({ name }) => !merged.has(name));
}
