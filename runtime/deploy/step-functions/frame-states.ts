import type { DeploymentPlan } from "../deployer.ts";
import type { Frame, FrameStep, Go } from "../frames/frame.ts";
import type { AslMachine, AslState } from "./asl-machine.ts";
import type { FrameScope } from "./frame-scope.ts";
import { SplitStates } from "./split-states.ts";
import { stateName } from "./state-name.ts";
import { concludingState, stepJobState } from "./step-job-state.ts";
import { type ToldOptions, toldState } from "./told-state.ts";

/** Writes the states of a frame; those of frames within it stand in states of their own. */
export class FrameStates {
  readonly #plan: DeploymentPlan;
  readonly #scope: FrameScope;
  readonly #states: Record<string, AslState> = {};

  constructor(plan: DeploymentPlan, scope: FrameScope) {
    this.#plan = plan;
    this.#scope = scope;
  }

  /** All of them, by name. */
  write(frame: Frame): AslMachine["States"] {
    for (const step of frame.steps) this.#write(step);
    return this.#states;
  }

  /** The first state of a step. */
  nameOf(step: string, part = ""): string {
    return stateName(`${step}${this.#scope.mark}`, part);
  }

  #write({ step, node, goes }: FrameStep): void {
    const { failed } = this.#scope;
    const next = this.#follow(step, goes);
    const isFirst = step === this.#plan.graph.start;
    const isConcluded = node.settings.catchAs !== undefined;
    const conclude = this.nameOf(step, "conclude");
    this.#states[this.nameOf(step)] = stepJobState(this.#plan, {
      ...{ step, isFirst, next },
      failed: isConcluded ? conclude : failed,
    });
    if (isConcluded) this.#states[conclude] = concludingState(this.#plan, { step, next, failed });
  }

  /** The state after a step's task. */
  #follow(step: string, goes: Go): string {
    switch (goes.kind) {
      case "end":
      case "arrive":
        return this.#scope.done;
      case "to":
        return this.nameOf(goes.step);
      case "switch":
        return this.#choose(step, goes.cases);
      case "split":
        return this.#split(step, goes);
    }
  }

  /** The case that the task chose lies in the store. */
  #choose(step: string, cases: Readonly<Record<string, string | null>>): string {
    const [read, choose] = [this.nameOf(step, "case"), this.nameOf(step, "switch")];
    const { failed, done } = this.#scope;
    const told = this.#told(step, "case");
    this.#states[read] = toldState(told, { what: "value", then: { next: choose, failed } });
    this.#states[choose] = {
      Type: "Choice",
      Choices: Object.entries(cases).map(([name, target]) => ({
        Variable: "$.told.value",
        StringEquals: name,
        Next: target === null ? done : this.nameOf(target),
      })),
    };
    return read;
  }

  #split(step: string, goes: Extract<Go, { kind: "split" }>): string {
    const body = (frame: Frame, scope: FrameScope): AslMachine => {
      const inner = new FrameStates(this.#plan, scope);
      return { StartAt: inner.nameOf(frame.entry), States: inner.write(frame) };
    };
    const isFinishing = this.#plan.version.options.onFailure === "finish";
    const splits = new SplitStates({ ...this.#scope, next: this.nameOf(goes.join), isFinishing, body });
    const { first, states } = splits.write(goes, {
      name: (part) => this.nameOf(step, part),
      told: this.#told(step, "items"),
    });
    Object.assign(this.#states, states);
    return first;
  }

  #told(step: string, told: ToldOptions["told"]): ToldOptions {
    const { store, name: deployment } = this.#plan;
    const isWithinSplit = this.#scope.depth > 0;
    return { location: store.storage.location, deployment, step, told, isWithinSplit };
  }
}
