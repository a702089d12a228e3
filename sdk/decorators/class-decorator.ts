import { addDecoratorUse, type AnyClass, decoratorUsesOf } from "../base/metadata.ts";
import { isClass, isStandard, misplaced } from "./decorator-arguments.ts";

/** A decorator of flow classes, in the standard and the legacy dialect. */
export interface ClassDecorator {
  <Flow extends AnyClass>(flow: Flow, context: ClassDecoratorContext): void;
  <Flow extends AnyClass>(flow: Flow): void;
}

/** What `@name(options)` on a class does: note the options on the class, and nothing else. */
export function annotateClass(decorator: string, options: unknown): ClassDecorator {
  if (isClass(options)) throw misplaced(decorator, "a class without ()", `write @${decorator}({ … })`);
  return (...place: readonly unknown[]): void => {
    const kind = isStandard(place) ? place[1].kind : place.length > 1 ? "method" : "class";
    if (kind !== "class" || typeof place[0] !== "function") throw misplaced(decorator, kind, "put it before `class`");
    addDecoratorUse(place[0], { decorator, options });
  };
}

/** The options of a class decorator; those of a base class apply to the classes derived from it. */
export function classOptionsOf<Options>(flow: AnyClass, decorator: string): Options | null {
  return allClassOptionsOf<Options>(flow, decorator)[0] ?? null;
}

/** The same of one that may stand several times; those of a class replace those of its base classes. */
export function allClassOptionsOf<Options>(flow: AnyClass, decorator: string): readonly Options[] {
  for (let cls: unknown = flow; typeof cls === "function" && cls.prototype; cls = Object.getPrototypeOf(cls)) {
    const uses = decoratorUsesOf(cls).filter((candidate) => candidate.decorator === decorator);
    if (uses.length > 0) return uses.map(({ options }) => options as Options);
  }
  return [];
}
