import { interpret } from "../interpret.ts";
import { roleOf, type Shape, type ShapeStep } from "../shapes/shape.ts";

/**
 * Steps that may come to grief without ending the flow: those with fewest tasks, as each costs a process or a wait. The
 * start comes last, as it has no predecessor whose artifacts it could keep.
 */
export function victimsIn(shape: Shape): { readonly killed: string | null; readonly late: string | null } {
  const tasks = interpret(shape);
  const count = ({ name }: ShapeStep) => tasks.filter(({ step }) => step === name).length;
  const bodies = shape.steps.filter((step) => roleOf(step) === "body" && count(step) > 0);
  const cost = (step: ShapeStep) => count(step) + (step.name === "start" ? 100 : 0);
  const [killed, late] = bodies.sort((a, b) => cost(a) - cost(b));
  return { killed: killed?.name ?? null, late: late?.name ?? null };
}
