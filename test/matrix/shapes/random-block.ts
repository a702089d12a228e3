import fc from "fast-check";
import { type Block, body, branch, choose, foreach, gang, loop, sequence } from "./block.ts";

const DEPTH = { maxDepth: 3, depthSize: "small" } as const;

const { block } = fc.letrec<{ block: Block }>((tie) => {
  const some = (most: number) => fc.array(tie("block"), { minLength: 2, maxLength: most });
  return {
    block: fc.oneof(
      DEPTH,
      fc.constant(body),
      some(3).map((blocks) => sequence(...blocks)),
      some(3).map((arms) => branch(...arms)),
      fc
        .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }), tie("block"))
        .map(([sizes, inner]) => foreach(sizes, inner)),
      fc.tuple(fc.integer({ min: 1, max: 3 }), tie("block")).map(([size, inner]) => gang(size, inner)),
      fc
        .tuple(fc.oneof(fc.constant("index" as const), fc.nat({ max: 2 })), some(3))
        .map(([pick, cases]) => choose(pick, ...cases)),
      fc.tuple(fc.integer({ min: 2, max: 3 }), tie("block")).map(([rounds, inner]) => loop(rounds, inner)),
    ),
  };
});

/** A flow of at least two steps, composed of all the others; a foreach has items, as a loop must not lose its count. */
export const randomBlock: fc.Arbitrary<Block> = block.map((inner) => sequence(body, inner));
