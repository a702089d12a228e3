import { registeredTypeOf, type RegisteredType } from "../../../sdk/register-type.ts";
import { builtinNameOf, hasExtraKeys, isShortList } from "./builtin-name-of.ts";
import { MAX_DEPTH, MAX_SKELETON_BYTES } from "./header.ts";
import { entriesForm, type Form, keyedArrayForm } from "./form.ts";
import { Mark } from "./mark.ts";
import { ObjectNumbers } from "./object-numbers.ts";
import { OrdinaryKeys } from "./ordinary-keys.ts";
import { builtinForm } from "./builtin-form.ts";
import { TokenWriter } from "./token-writer.ts";
import { explain, tooDeep, tooLarge, unstorable, type Explanation, type Segment } from "./unstorable.ts";
import { ViewCollector } from "./view-collector.ts";

/**
 * Walks a value once, in order, and writes its skeleton on the way: every property is read exactly once, so getters and
 * proxies cannot show one thing to the check and another to the bytes.
 *
 * Few and small frames per level (write, #object, one loop), as the stack must hold MAX_DEPTH levels.
 */
export class SkeletonWriter {
  readonly tokens = new TokenWriter();
  readonly views = new ViewCollector();
  readonly #artifact: string;
  /** Every object met, with its number; the decoder counts alike. */
  readonly #numbers = new ObjectNumbers();
  /** Registered instances whose packed data is being written. */
  readonly #open = new Set<object>();
  readonly #keys = new OrdinaryKeys();
  /** Level by level, where the walk is: a key or an index; where a form is being written, an index of its fields. */
  readonly #path: (string | number)[] = [];
  readonly #forms: (Form | undefined)[] = [];
  #depth = 0;

  constructor(artifact: string) {
    this.#artifact = artifact;
  }

  write(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        return this.#number(value);
      case "boolean":
        return this.tokens.boolean(value);
      case "undefined":
        return this.tokens.mark(Mark.undefined, 0);
      case "bigint":
        this.tokens.mark(Mark.bigint, 1);
        return this.#text(value.toString(16));
      case "object":
        return value === null ? this.tokens.nil() : this.#object(value);
      default:
        this.#refuse(explain(value));
    }
  }

  #text(text: string): void {
    if (this.tokens.text(text)) return;
    this.tokens.mark(Mark.text, 1);
    this.tokens.text(JSON.stringify(text));
  }

  #number(value: number): void {
    if (value !== value) this.tokens.mark(Mark.nan, 0);
    else if (value === 0 && 1 / value < 0) this.tokens.mark(Mark.negativeZero, 0);
    else this.tokens.number(value);
  }

  #object(value: object): void {
    const number = this.#numbers.meet(value);
    if (number !== undefined) return this.#reference(value, number);
    if (this.#depth >= MAX_DEPTH) this.#refuse(tooDeep(MAX_DEPTH));
    if (this.tokens.size > MAX_SKELETON_BYTES) this.#refuse(tooLarge());
    this.#forms[this.#depth++] = undefined;
    const form = this.#formOf(value);
    if (form !== undefined) {
      this.#form(form);
      this.#open.delete(value);
    } else if (Array.isArray(value)) this.#array(value);
    else this.#plainObject(value as Record<string, unknown>);
    this.#depth -= 1;
  }

  /** Undefined for arrays and objects that MessagePack has a place for. */
  #formOf(value: object): Form | undefined {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === null) return entriesForm(value, Mark.nullObject);
    const name = builtinNameOf(prototype);
    if (name === "Object") return undefined;
    if (name === "Array" && Array.isArray(value)) return this.#arrayForm(value);
    const registered = registeredTypeOf(value);
    if (registered !== undefined) return this.#registeredForm(value, registered);
    const form = builtinForm(value, name) ?? explain(value);
    if (!("mark" in form)) this.#refuseThis(form);
    return form;
  }

  #form(form: Form): void {
    const { fields, binary } = form;
    const level = this.#depth - 1;
    this.#forms[level] = form;
    this.tokens.mark(form.mark, binary === undefined ? fields.length : fields.length + 2);
    for (let index = 0; index < fields.length; index++) {
      this.#path[level] = index;
      this.write(fields[index]);
    }
    if (binary !== undefined) {
      this.views.add({ ...binary, partSlot: this.tokens.slot(), offsetSlot: this.tokens.slot() });
    }
  }

  #plainObject(value: Record<string, unknown>): void {
    const level = this.#depth - 1;
    const keys = this.#keys.of(value, level);
    if (keys === undefined) return this.#form(entriesForm(value, Mark.object));
    this.tokens.mapHeader(keys.length);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      this.#path[level] = key;
      this.tokens.text(key);
      this.write(value[key]);
    }
  }

  #array(value: readonly unknown[]): void {
    const { length } = value;
    const level = this.#depth - 1;
    this.tokens.arrayHeader(length);
    for (let index = 0; index < length; index++) {
      this.#path[level] = index;
      this.write(value[index]);
    }
  }

  #arrayForm(value: readonly unknown[]): Form | undefined {
    if (isShortList(value)) return undefined;
    if (hasExtraKeys(value)) return keyedArrayForm(value);
    if (!value.includes(undefined)) return undefined;
    const indices = Object.keys(value).map(Number);
    if (indices.length === value.length) return undefined;
    return {
      mark: Mark.sparseArray,
      fields: [value.length, ...indices.flatMap((index) => [index, value[index]])],
      segmentAt: (field) => indices[Math.ceil(field / 2) - 1] as number,
    };
  }

  #registeredForm(value: object, type: RegisteredType): Form {
    let packed: unknown;
    try {
      packed = type.pack(value);
    } catch (cause) {
      this.#refuseThis({
        what: `an instance of ${type.name}, whose pack threw (${String(cause)}),`,
        type: type.name,
        hint: `fix pack in registerType(…, { name: ${JSON.stringify(type.name)} })`,
        cause,
      });
    }
    this.#open.add(value);
    return { mark: Mark.registered, fields: [type.name, packed], segmentAt: () => ({ shown: ".pack()" }) };
  }

  #reference(value: object, number: number): void {
    if (this.#open.has(value)) {
      this.#refuse({
        what: "a registered instance inside its own packed data",
        type: "cycle",
        hint: "make pack return data that does not refer back to the instance",
      });
    }
    this.tokens.mark(Mark.reference, 1);
    this.tokens.number(number);
  }

  #refuse(finding: Explanation): never {
    const path = this.#path.slice(0, this.#depth).map((at, level): Segment => {
      const form = this.#forms[level];
      return form === undefined ? at : form.segmentAt(at as number);
    });
    throw unstorable({ ...finding, artifact: this.#artifact, path });
  }

  /** Refuses the object that is being written, not a child of it. */
  #refuseThis(finding: Explanation): never {
    this.#depth -= 1;
    this.#refuse(finding);
  }
}
