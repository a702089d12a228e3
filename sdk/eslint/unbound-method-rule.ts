import path from "node:path";
import type { LintContext, LintRule } from "./lint-rule.ts";
import { typedRule } from "./typed-rule.ts";

/** typescript-eslint's `unbound-method`, except for the steps that `this.next(…)` names. */
export const unboundMethodRule: LintRule = {
  meta: {
    type: "problem",
    docs: { description: "Enforce that methods are called with their scope; `this.next(this.step)` only names a step" },
    schema: [{ type: "object", properties: { ignoreStatic: { type: "boolean" } }, additionalProperties: false }],
  },
  create(context: LintContext) {
    // Like the rule itself, it needs types; a configuration without them has its other rules all the same.
    if (context.sourceCode.parserServices?.program == null) return {};
    const rule =
      typedRule(path.dirname(context.filename), "unbound-method") ?? typedRule(context.cwd, "unbound-method");
    if (rule === null) return {};
    const report = ({ node, messageId }: { node: TreeNode; messageId: string }) => {
      if (isTransition(node)) return;
      (context as { report(problem: object): void }).report({
        node,
        message: rule.meta.messages[messageId] ?? messageId,
      });
    };
    return rule.create(Object.create(context, { report: { value: report } }) as object);
  },
};

/** As much of a syntax tree as is looked at here. */
interface TreeNode {
  readonly type: string;
  readonly parent?: TreeNode;
  readonly object?: TreeNode;
  readonly property?: TreeNode & { readonly name?: string };
  readonly callee?: TreeNode;
  readonly name?: string;
  readonly arguments?: readonly TreeNode[];
}

/** True for `this.a` as an argument of `this.next(…)`, or as a case of a switch. */
function isTransition(node: TreeNode): boolean {
  let argument = node;
  if (argument.parent?.type === "Property" && argument.parent.parent?.type === "ObjectExpression")
    argument = argument.parent.parent;
  const call = argument.parent;
  if (call?.type !== "CallExpression" || call.arguments?.[0] === undefined || !call.arguments.includes(argument))
    return false;
  const callee = call.callee;
  return callee?.type === "MemberExpression" && callee.property?.name === "next" && isSame(callee.object, node.object);
}

function isSame(one: TreeNode | undefined, other: TreeNode | undefined): boolean {
  return one !== undefined && one.type === other?.type && one.name === other.name;
}
