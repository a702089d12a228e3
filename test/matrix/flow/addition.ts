import type { Role, Shape, ShapeStep } from "../shapes/shape.ts";

/** What one specification adds to a generated flow. */
export interface Addition {
  /** Names from `millrace`. */
  readonly imports?: readonly string[];
  /** Lines of the module, imports among them. */
  readonly head?: readonly string[];
  /** Lines of the class, each a field. */
  readonly fields?: readonly string[];
  step?(at: StepAt): StepAddition;
}

export interface StepAt {
  readonly shape: Shape;
  readonly step: ShapeStep;
  readonly role: Role;
}

export interface StepAddition {
  readonly decorators?: readonly string[];
  /** What the body begins with; a join has `inputs`, the first step of a foreach has `item`. */
  readonly lines?: readonly string[];
  /** What it does right before it goes on. */
  readonly late?: readonly string[];
}
