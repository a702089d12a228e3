import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Finished, millrace } from "../../rigs/harness.ts";
import { BY_ADA, generateFlow } from "../flow/generated-flow.ts";
import { body, branch, choose, foreach, gang, loop, sequence } from "../shapes/block.ts";
import { layOut } from "../shapes/lay-out.ts";
import type { Shape } from "../shapes/shape.ts";
import { carried } from "../specs/carried.ts";
import { constants } from "../specs/constants.ts";
import { foreachPlace } from "../specs/foreach-place.ts";
import { joinOrder } from "../specs/join-order.ts";
import { lineage } from "../specs/lineage.ts";
import { parameters } from "../specs/parameters.ts";

/** A flow whose artifacts must not depend on where it runs. */
export interface SampleFlow {
  readonly title: string;
  readonly className: string;
  /** `millrace COMMAND flow.ts ARGS`. */
  command(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished>;
}

// What names the run, its engine or its tasks differs from run to run: the truths about that are not among these.
const SPECS = [carried, constants, foreachPlace, joinOrder, lineage, parameters];

// A task is a container: these are the smallest that show what they are called.
export const SAMPLE_SHAPES: readonly Shape[] = [
  layOut("nested foreach", foreach([2], foreach([1]))),
  layOut("branch in foreach", foreach([2], branch(body, body))),
  layOut("empty foreach", foreach([0])),
  layOut("branch in switch", choose(1, body, branch(body, body))),
  layOut("loop in foreach", foreach([1], loop(2))),
  layOut("join that splits", sequence(branch(body, body), foreach([2]))),
  layOut("gang", gang(2)),
];

const FILES = ["carries", "stumbles"] as const;

/** To be called while a test file is read, as its folders live as long as that. */
export function sampleFlows(): readonly SampleFlow[] {
  return [...SAMPLE_SHAPES.map(sampleOf), ...FILES.map(flowOfFile)];
}

/** A flow of that shape. */
export function sampleOf(shape: Shape): SampleFlow {
  const additions = SPECS.filter(({ fits }) => fits?.(shape) ?? true).map(({ adds }) => adds);
  const { className, command } = generateFlow({ shape, additions });
  return { title: shape.name, className, command };
}

/** One that no shape describes. */
export function flowOfFile(name: string): SampleFlow {
  const file = fileURLToPath(new URL(`../flows/${name}.ts`, import.meta.url));
  return {
    title: name,
    className: `${name.charAt(0).toUpperCase()}${name.slice(1)}Flow`,
    command: ([command = "", ...rest], env) =>
      millrace([command, file, ...rest], { cwd: path.dirname(file), env: { ...BY_ADA, ...env } }),
  };
}
