import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyNode } from "acorn";
import { literalString, memberName } from "../../graph/read/children-of.ts";

/** The module that is read. */
export interface ModuleReading {
  readonly file: string;
  readonly folder: string;
  readonly constants: ReadonlyMap<string, AnyNode>;
}

/** What an expression gives, as far as its source says it. */
export interface StaticValue {
  readonly text: string;
  /** It is a place on the disk, not merely a text. */
  readonly isPlace: boolean;
  /** False where more follows that is not known. */
  readonly isWhole: boolean;
}

/** Constants that refer to each other in a circle end here. */
const MAX_DEPTH = 20;

/** The value of a constant expression, or the part of it that is known; null for all others. */
export function staticValue(node: AnyNode, reading: ModuleReading, depth = 0): StaticValue | null {
  if (depth > MAX_DEPTH) return null;
  const of = (one: AnyNode | null | undefined) => (one == null ? null : staticValue(one, reading, depth + 1));
  const text = literalString(node);
  if (text !== null) return { text, isPlace: false, isWhole: true };
  switch (node.type) {
    case "Identifier":
      if (node.name === "__dirname") return place(reading.folder);
      if (node.name === "__filename") return place(reading.file);
      return of(reading.constants.get(node.name));
    case "MemberExpression":
      if (isImportMeta(node.object)) return ofImportMeta(memberName(node), reading);
      return ["pathname", "href"].includes(memberName(node) ?? "") ? of(node.object) : null;
    case "TemplateLiteral":
      return sumOf(
        node.quasis.flatMap((quasi, at) => [
          constant(quasi.value.cooked),
          ...node.expressions.slice(at, at + 1).map(of),
        ]),
      );
    case "BinaryExpression":
      return node.operator === "+" ? sumOf([of(node.left), of(node.right)]) : null;
    case "NewExpression":
      return nameOf(node.callee) === "URL" ? urlOf(node.arguments.map((one) => of(one))) : null;
    case "CallExpression":
      return called(
        nameOf(node.callee),
        node.arguments.map((one) => of(one)),
      );
    default:
      return null;
  }
}

function called(name: string | null, values: readonly (StaticValue | null)[]): StaticValue | null {
  const [first] = values;
  switch (name) {
    case "fileURLToPath":
    case "String":
    case "pathToFileURL":
      return first ?? null;
    case "dirname":
      return first?.isPlace === true && first.isWhole ? place(path.dirname(first.text)) : null;
    case "join":
    case "resolve": {
      if (first?.isWhole !== true) return first ?? null;
      const unknown = values.findIndex((value) => value?.isWhole !== true);
      const known = values.slice(0, unknown < 0 ? values.length : unknown).map((value) => value?.text ?? "");
      const begun = unknown < 0 ? null : (values[unknown] ?? null);
      const text = path.join(...known, ...(begun === null ? [] : [folderPart(begun.text)]));
      return { text, isPlace: first.isPlace, isWhole: unknown < 0 };
    }
    default:
      return null;
  }
}

function urlOf([relative, base]: readonly (StaticValue | null)[]): StaticValue | null {
  if (base?.isPlace !== true || !base.isWhole || relative == null || relative.isPlace) return null;
  const text = relative.isWhole ? relative.text : folderPart(relative.text);
  try {
    const url = new URL(text, pathToFileURL(base.text));
    return url.protocol === "file:" ? { text: fileURLToPath(url), isPlace: true, isWhole: relative.isWhole } : null;
  } catch {
    return null;
  }
}

/** Texts one after the other, up to the first that is not known. */
function sumOf(parts: readonly (StaticValue | null)[]): StaticValue | null {
  const unknown = parts.findIndex((part) => part?.isWhole !== true);
  const known = parts.slice(0, unknown < 0 ? parts.length : unknown + 1).filter((part) => part !== null);
  if (known.length === 0) return null;
  // A template that begins with an expression has an empty text before it.
  const first = known.find(({ text }) => text !== "");
  return { text: known.map(({ text }) => text).join(""), isPlace: first?.isPlace === true, isWhole: unknown < 0 };
}

/** Up to the last slash. */
export function folderPart(text: string): string {
  return text.slice(0, Math.max(text.lastIndexOf("/"), text.lastIndexOf(path.sep)) + 1);
}

function ofImportMeta(name: string | null, { file, folder }: ModuleReading): StaticValue | null {
  if (name === "url" || name === "filename") return place(file);
  return name === "dirname" ? place(folder) : null;
}

function place(text: string): StaticValue {
  return { text, isPlace: true, isWhole: true };
}

function constant(text: string | null | undefined): StaticValue | null {
  return text == null ? null : { text, isPlace: false, isWhole: true };
}

function nameOf(callee: AnyNode): string | null {
  return callee.type === "Identifier" ? callee.name : memberName(callee);
}

function isImportMeta(node: { readonly type: string }): boolean {
  return node.type === "MetaProperty";
}
