import type { AnyClass, AnyFunction } from "../../../sdk/base/metadata.ts";
import { parseMethod } from "../read/parse-method.ts";
import { classesOf } from "../step-methods.ts";
import { classFields, type ClassFields } from "./class-fields.ts";
import type { MemberFunction } from "./data-use.ts";

/** What a flow class has beside its steps' transitions. */
export interface FlowMembers {
  readonly fields: ClassFields;
  /** The member that `this.name` means; `undefined` where it is none, or cannot be read. */
  member(name: string, kind: MemberFunction["kind"]): MemberFunction | undefined;
  /** The method that `super.name` means in a class's body. */
  superMember(owner: string, name: string): MemberFunction | undefined;
  /** True for every name that the class answers to without a field: methods and accessors, those of FlowSpec included. */
  isMember(name: string): boolean;
  /** Names of all methods, accessors and functions in fields. */
  readonly names: ReadonlySet<string>;
}

/** Reads fields and functions of a class and its base classes, each when it is asked for. */
export function flowMembers(Flow: AnyClass): FlowMembers {
  const classes = classesOf(Flow).filter((owner) => !isFlowSpec(owner));
  const fields = classFields(classes);
  const cache = new Map<string, MemberFunction | undefined>();
  const names = new Set([
    ...classes.flatMap((owner) => Object.getOwnPropertyNames(owner.prototype)),
    ...fields.functions.keys(),
  ]);
  names.delete("constructor");

  const read = (
    owner: AnyClass,
    { name, kind }: { name: string; kind: MemberFunction["kind"] },
  ): MemberFunction | undefined => {
    const fn = functionOf(owner, { name, kind });
    if (fn === undefined) return undefined;
    const key = `${String(classes.indexOf(owner))} ${kind} ${name}`;
    if (!cache.has(key)) {
      const parsed = parseMethod(Function.prototype.toString.call(fn));
      cache.set(key, parsed === null ? undefined : { kind, body: { owner: owner.name, name, root: parsed.node } });
    }
    return cache.get(key);
  };

  return {
    fields,
    names,
    member(name, kind) {
      if (kind === "field") return fields.functions.get(name);
      for (const owner of [...classes].reverse()) {
        const found = read(owner, { name, kind });
        if (found !== undefined) return found;
      }
      return undefined;
    },
    superMember(ownerName, name) {
      const at = classes.findIndex((owner) => owner.name === ownerName);
      for (const owner of classes.slice(0, Math.max(at, 0)).reverse()) {
        const found = read(owner, { name, kind: "method" });
        if (found !== undefined) return found;
      }
      return undefined;
    },
    isMember: (name) => names.has(name) || name in Flow.prototype,
  };
}

/** The SDK's own class: its members are known, and its source need not be read. */
function isFlowSpec(owner: AnyClass): boolean {
  return Object.hasOwn(owner.prototype as object, "mergeArtifacts") && Object.hasOwn(owner.prototype as object, "next");
}

function functionOf(
  owner: AnyClass,
  { name, kind }: { name: string; kind: MemberFunction["kind"] },
): AnyFunction | undefined {
  const property = Object.getOwnPropertyDescriptor(owner.prototype as object, name);
  if (kind === "getter") return property?.get as AnyFunction | undefined;
  if (kind === "setter") return property?.set as AnyFunction | undefined;
  return typeof property?.value === "function" ? (property.value as AnyFunction) : undefined;
}
