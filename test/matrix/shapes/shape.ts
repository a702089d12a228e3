/** How a step goes on. A split names its join, so that one without children has a way to go. */
export type Way =
  | { readonly kind: "end" }
  | { readonly kind: "linear"; readonly to: string }
  | { readonly kind: "branch"; readonly to: readonly string[]; readonly join: string }
  /** As many items as `sizes` says at the place of the step's own index, outside a foreach at 0. */
  | { readonly kind: "foreach"; readonly to: string; readonly sizes: readonly number[]; readonly join: string }
  | { readonly kind: "gang"; readonly to: string; readonly size: number; readonly join: string }
  /** Takes the case at that place, or at the place of the step's own index. */
  | { readonly kind: "switch"; readonly cases: readonly string[]; readonly pick: number | "index" }
  /** A switch that leaves when the step ran `rounds` times. */
  | { readonly kind: "loop"; readonly again: string; readonly leave: string; readonly rounds: number };

export type Split = Extract<Way, { join: string }>;

export interface ShapeStep {
  readonly name: string;
  readonly isJoin: boolean;
  readonly way: Way;
}

/** A flow as data: its steps and their transitions. The first one is `start`, one is `end`. */
export interface Shape {
  readonly name: string;
  readonly steps: readonly ShapeStep[];
}

/** What a step is for; a join that splits again is a join. */
export type Role = "body" | "split" | "switch" | "loop" | "join" | "end";

export function roleOf({ isJoin, way }: ShapeStep): Role {
  if (way.kind === "end") return "end";
  if (isJoin) return "join";
  if (way.kind === "linear") return "body";
  return way.kind === "switch" || way.kind === "loop" ? way.kind : "split";
}

export function isSplit(way: Way): way is Split {
  return "join" in way;
}

/** The steps that may come next, a join apart. */
export function targetsOf(way: Way): readonly string[] {
  switch (way.kind) {
    case "end":
      return [];
    case "branch":
      return way.to;
    case "switch":
      return way.cases;
    case "loop":
      return [way.again, way.leave];
    default:
      return [way.to];
  }
}

export function hasWay(shape: Shape, ...kinds: readonly Way["kind"][]): boolean {
  return shape.steps.some(({ way }) => kinds.includes(way.kind));
}

/** True where some join may meet nothing. */
export function hasEmptyForeach(shape: Shape): boolean {
  return shape.steps.some(({ way }) => way.kind === "foreach" && way.sizes.includes(0));
}
