import type { AnyNode } from "acorn";

/** The value of an expression that is plain data; undefined where it is not. */
export function literalValue(node: AnyNode): unknown {
  switch (node.type) {
    case "Literal":
      return node.value;
    case "TemplateLiteral":
      return node.expressions.length === 0 ? node.quasis[0]?.value.cooked : undefined;
    case "UnaryExpression": {
      const value = literalValue(node.argument);
      return node.operator === "-" && typeof value === "number" ? -value : undefined;
    }
    case "ArrayExpression": {
      const values = node.elements.map((one) => (one === null ? undefined : literalValue(one)));
      return values.includes(undefined) ? undefined : values;
    }
    case "ObjectExpression": {
      const entries = node.properties.map((one) =>
        one.type === "Property" && !one.computed && one.kind === "init"
          ? [one.key.type === "Identifier" ? one.key.name : String(literalValue(one.key)), literalValue(one.value)]
          : ["", undefined],
      );
      return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}
