import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { readSource } from "../read/read-docs.ts";

/** A decorator of another library may wrap a step, which is followed; a getter in its place would have to be run to see. */
export function getterForStep({ steps }: FlowFacts): Finding[] {
  return [...steps.values()].flatMap(({ name, method }) => {
    if (!method.isGetter) return [];
    const beside = method.mark.file === null ? [] : decoratorsBefore(name, readSource(method.mark.file) ?? "");
    const others = beside.filter((one) => one !== "step");
    const which = others.length === 0 ? "a decorator" : others.map((one) => `@${one}`).join(" or ");
    return finding({
      rule: "getter-for-step",
      step: name,
      message: `Cannot use ${name} as a step because ${which} put a getter in the place of its method`,
      hint: "remove that decorator from the step; the flow calls a step as its own method, so it needs no binding",
    });
  });
}

/** Names of the decorators that stand before a method in a source text. */
function decoratorsBefore(method: string, source: string): string[] {
  const place = new RegExp(
    `((?:@[\\w$.]+(?:\\([^()]*\\))?\\s*)+)(?:public\\s+)?(?:async\\s+)?${method.replace(/\$/g, "\\$")}\\s*\\(`,
  );
  return [...(place.exec(source)?.[1] ?? "").matchAll(/@([\w$.]+)/g)].map(([, name = ""]) => name);
}
