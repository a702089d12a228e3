import type { Addition } from "../flow/addition.ts";
import { type ExpectedTask, interpret } from "../interpret.ts";
import { type Role, roleOf, type Shape } from "../shapes/shape.ts";

/** Where a run of the chain fails: the tasks of a step whose innermost foreach is at that index. */
export interface FailurePlace {
  readonly role: Role;
  readonly step: string;
  readonly index: number;
}

/**
 * One place for each role on one way through the flow, in the order of that way: what fails later depends on what
 * failed before, so that it cannot have finished already, however tasks run side by side.
 */
export function failurePlaces(shape: Shape): readonly FailurePlace[] {
  const steps = new Map(shape.steps.map((step) => [step.name, step]));
  const roleAt = ({ step }: ExpectedTask): Role => {
    const found = steps.get(step);
    if (found === undefined) throw new Error(`the shape ${shape.name} has no step ${step}`);
    return roleOf(found);
  };
  const way = richestWay(interpret(shape), roleAt);
  const last = new Map<Role, FailurePlace & { at: number }>();
  for (const task of way) {
    const role = roleAt(task);
    const index = indexOf(task);
    const rounds = way.flatMap((one, at) => (one.step === task.step && indexOf(one) === index ? [at] : []));
    const at = rounds[role === "loop" ? 1 : 0];
    if (at !== undefined && at >= (last.get(role)?.at ?? 0)) last.set(role, { role, step: task.step, index, at });
  }
  return [...last.values()].sort((a, b) => a.at - b.at);
}

/** Of all ways from the start to the end the one on which most roles are met. */
function richestWay(tasks: readonly ExpectedTask[], roleAt: (task: ExpectedTask) => Role): readonly ExpectedTask[] {
  const ways = new Map<string, readonly ExpectedTask[]>();
  const wealth = (way: readonly ExpectedTask[]) => new Set(way.map(roleAt)).size;
  for (const task of tasks) {
    const before = task.parents.flatMap((id) => [ways.get(id) ?? []]);
    // A join over nothing still follows its split.
    if (before.length === 0 && task.source.kind === "join") before.push(ways.get(task.source.split) ?? []);
    const [best = []] = before.sort((a, b) => wealth(b) - wealth(a));
    ways.set(task.id, [...best, task]);
  }
  return ways.get(tasks.at(-1)?.id ?? "") ?? [];
}

function indexOf({ stack }: ExpectedTask): number {
  return stack.at(-1)?.index ?? 0;
}

/** Makes a step fail where the variable FAIL_AT says `step@index`; a loop in its second round. */
export const failAt: Addition = {
  step: ({ step: { name, way } }) => {
    const isSecondRound = way.kind === "loop" ? ` && this.counts["${name}"] === 1` : "";
    const isHere = `process.env["FAIL_AT"] === \`${name}@\${this.index ?? 0}\``;
    return { lines: [`if (${isHere}${isSecondRound}) throw new Error("${name} was told to fail");`] };
  },
};
