import type { AnyNode } from "acorn";
import { keyName } from "../../read/children-of.ts";
import type { UseSource } from "../data-use.ts";
import { ANY_INPUT, type Held, OTHER, THIS } from "./held.ts";
import { conditional, type Place, record, tested, type Walk } from "./walk.ts";
import { writeTo } from "./write-to.ts";

export interface Binding {
  readonly held: Held;
  readonly place: Place;
  /** True for `const`, `let` and parameters; false for the left side of an assignment. */
  readonly isDeclaration: boolean;
}

/** Gives variables what they receive; a destructured field is read, `[this.a] = …` writes one. */
export function bindPattern(walk: Walk, pattern: AnyNode, { held, place, isDeclaration }: Binding): void {
  const bind = (node: AnyNode, inner: Held, at: Place = place): void => {
    bindPattern(walk, node, { held: inner, place: at, isDeclaration });
  };
  switch (pattern.type) {
    case "Identifier":
      if (isDeclaration) place.scope.set(pattern.name, held);
      else place.scope.assign(pattern.name, held);
      return;
    case "MemberExpression":
      writeTo(walk, pattern, { place });
      return;
    case "AssignmentPattern":
      walk.visit(pattern.right, conditional(place));
      bind(pattern.left, held);
      return;
    case "RestElement":
      bind(pattern.argument, held.is === "inputs" ? held : OTHER);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements as (AnyNode | null)[]) {
        if (element === null) continue;
        bind(
          element,
          held.is === "inputs" && element.type !== "RestElement" ? ANY_INPUT : held.is === "inputs" ? held : OTHER,
        );
      }
      return;
    case "ObjectPattern":
      for (const property of pattern.properties as AnyNode[]) {
        if (property.type !== "Property") bind(property, OTHER);
        else bind(property.value, takeProperty(property));
      }
      return;
    default:
      return;
  }

  function takeProperty(property: Extract<AnyNode, { type: "Property" }>): Held {
    if (property.computed) walk.visit(property.key, place);
    const name = keyName(property);
    const from = sourceOf(held);
    if (name === null) return OTHER;
    if (held.is === "inputs") return name in [] ? OTHER : { is: "input", step: name };
    if (from === null) return OTHER;
    const hasDefault = property.value.type === "AssignmentPattern";
    record(walk, { kind: "read", field: name, from, node: property }, hasDefault ? tested(place) : place);
    return { is: "value", field: name, from };
  }
}

function sourceOf(held: Held): UseSource | null {
  if (held.is === "flow") return THIS;
  return held.is === "input" ? { of: "input", step: held.step } : null;
}
