import { body, branch, choose, foreach, gang, loop, sequence } from "./block.ts";
import { layOut } from "./lay-out.ts";
import type { Shape } from "./shape.ts";

/** A split can be closed by the last step itself. */
const END_JOINS: Shape = {
  name: "end joins",
  steps: [
    { name: "start", isJoin: false, way: { kind: "branch", to: ["left", "right"], join: "end" } },
    { name: "left", isJoin: false, way: { kind: "linear", to: "end" } },
    { name: "right", isJoin: false, way: { kind: "linear", to: "end" } },
    { name: "end", isJoin: true, way: { kind: "end" } },
  ],
};

/** Every shape of the matrix. */
export const SHAPES: readonly Shape[] = [
  layOut("linear", sequence(body, body, body)),
  layOut("branch", branch(body, body, sequence(body, body))),
  layOut("nested branches", branch(branch(body, body), sequence(body, branch(body, body)))),
  layOut("foreach", foreach([3])),
  layOut("two-step foreach", foreach([3], sequence(body, body))),
  layOut("triple nested foreach", foreach([2], sequence(body, foreach([2, 3], foreach([2]))))),
  layOut("empty foreach", sequence(body, foreach([0]), body)),
  layOut("gang", sequence(body, gang(3))),
  layOut("switch", sequence(body, choose(1, body, sequence(body, body)))),
  layOut("nested switch", choose(0, choose(1, body, body), body)),
  layOut("branch in switch", choose(1, body, branch(body, sequence(body, body)))),
  layOut("foreach in switch", choose(0, sequence(body, foreach([3])), body)),
  layOut("switch in branch", branch(choose(1, body, body), body)),
  layOut("switch in foreach", foreach([4], choose("index", body, sequence(body, body), body))),
  layOut("foreach in branch", branch(foreach([2]), body, sequence(body, foreach([3])))),
  layOut("branch in foreach", foreach([3], branch(body, body))),
  layOut("loop", sequence(body, loop(3))),
  layOut("loop in foreach", foreach([3], loop(3))),
  layOut("foreach in loop", sequence(body, loop(3, foreach([2])))),
  layOut("loop in loop", sequence(body, loop(2, sequence(body, loop(2))))),
  layOut("joins that split", sequence(body, branch(body, body), foreach([2]), branch(body, body), body)),
  layOut("gang in foreach", foreach([2], gang(2, sequence(body, body)))),
  END_JOINS,
];
