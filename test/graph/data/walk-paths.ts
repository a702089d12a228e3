import type { FieldOp, FieldProgram, StepProgram } from "./field-program.ts";

/** What a field is in one task: `set`, `risky STEP`, or the joins that lost it, sorted; none where nothing set it. */
export type FieldState = string;

export interface Seen {
  readonly step: string;
  readonly op: FieldOp;
  /** The state at each time that some path came by. */
  readonly states: ReadonlySet<FieldState>;
}

/** At how many rounds a loop is left. */
const MOST_ROUNDS = 3;

/**
 * The oracle: walks every path of a flow, with two tasks for each foreach, and notes what each read of a field sees.
 * It knows nothing of how `check` goes about it.
 */
export function walkPaths(field: string, { shape, steps, initialized }: FieldProgram): readonly Seen[] {
  const seen = new Map<string, { step: string; op: FieldOp; states: Set<FieldState> }>();
  const known = new Map<string, ReadonlySet<FieldState>>();

  /** States that arrive at `stop` (or at the end) when a task of `step` begins with `state`. */
  function go(step: string, state: FieldState, on: { stop: string; rounds: string }): ReadonlySet<FieldState> {
    if (step === on.stop) return new Set([state]);
    const key = [step, state, on.stop, on.rounds].join("|");
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = new Set<FieldState>();
    for (const arriving of onward(step, pass(step, { state, arms: [state] }), on)) result.add(arriving);
    known.set(key, result);
    return result;
  }

  function onward(step: string, state: FieldState, on: { stop: string; rounds: string }): ReadonlySet<FieldState> {
    const way = shape.steps.find(({ name }) => name === step)?.way ?? { kind: "end" };
    switch (way.kind) {
      case "end":
        return new Set([state]);
      case "linear":
        return go(way.to, state, on);
      case "switch":
        return new Set(way.cases.flatMap((name) => [...go(name, state, on)]));
      case "loop": {
        const again = on.rounds.split(",").filter((name) => name === step).length < MOST_ROUNDS;
        const rounds = `${on.rounds},${step}`;
        return new Set([...go(way.leave, state, on), ...(again ? go(way.again, state, { ...on, rounds }) : [])]);
      }
      default: {
        const inner = { stop: way.join, rounds: "" };
        const arms = way.kind === "branch" ? way.to : [way.to, way.to];
        const arriving = arms.map((name) => [...go(name, state, inner)]);
        const combined = combinations(arriving).flatMap((together) => [...afterJoin(way.join, together, on)]);
        return new Set(combined);
      }
    }
  }

  function afterJoin(join: string, arms: readonly FieldState[], on: { stop: string; rounds: string }) {
    const key = ["join", join, [...new Set(arms)].sort().join("&"), on.stop, on.rounds].join("|");
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = onward(join, pass(join, { state: lost(join, arms), arms }), on);
    known.set(key, result);
    return result;
  }

  function pass(step: string, { state, arms }: { state: FieldState; arms: readonly FieldState[] }): FieldState {
    const program = steps.get(step);
    if (program === undefined) return state;
    let current = state;
    let isSetHere = false;
    const run = (list: StepProgram["before"], part: string) => {
      for (const [at, [name, op]] of list.entries()) {
        if (name !== field) continue;
        if (op === "write") {
          const isRisk = program.isCaught && !initialized.has(field) && !isOther(current, step);
          current = isRisk ? `risky ${step}` : "set";
          isSetHere = true;
        } else {
          const states = op === "read inputs" ? arms : [isSetHere ? "set" : current];
          note(`${step} ${part} ${at}`, { step, op, states });
        }
      }
    };
    const isCarried = carriesField(program);
    run(program.before, "before");
    // What the join has set before it merges stays.
    if (isCarried && !program.before.some(([name, op]) => name === field && op === "write")) current = merged(arms);
    run(program.after, "after");
    return current;
  }

  function carriesField({ carrying }: StepProgram): boolean {
    if (carrying.kind === "nothing" || carrying.kind === "all") return carrying.kind === "all";
    return carrying.names.includes(field) === (carrying.kind === "include");
  }

  function note(key: string, { step, op, states }: { step: string; op: FieldOp; states: readonly FieldState[] }): void {
    const entry = seen.get(key) ?? { step, op, states: new Set() };
    seen.set(key, entry);
    for (const state of states) entry.states.add(state);
  }

  go("start", "", { stop: "", rounds: "" });
  return [...seen.values()];
}

export function isAlive(state: FieldState): boolean {
  return state === "set" || state.startsWith("risky ");
}

export function lostJoins(state: FieldState): readonly string[] {
  return isAlive(state) || state === "" ? [] : state.split(" ");
}

/** Another value than the one that the step itself may fail to set. */
function isOther(state: FieldState, step: string): boolean {
  return isAlive(state) && state !== `risky ${step}`;
}

function lost(join: string, arms: readonly FieldState[]): FieldState {
  return joined(arms.flatMap((state) => (isAlive(state) ? [join] : lostJoins(state))));
}

function merged(arms: readonly FieldState[]): FieldState {
  const alive = arms.filter(isAlive);
  return alive.find((state) => state === "set") ?? alive[0] ?? joined(arms.flatMap(lostJoins));
}

function joined(joins: readonly string[]): FieldState {
  return [...new Set(joins)].sort().join(" ");
}

function combinations(lists: readonly (readonly FieldState[])[]): FieldState[][] {
  return lists.reduce<FieldState[][]>((all, list) => all.flatMap((one) => list.map((state) => [...one, state])), [[]]);
}
