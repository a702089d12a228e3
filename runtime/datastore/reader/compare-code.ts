import { inspect } from "node:util";
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import { visible } from "../../../sdk/base/visible.ts";

/** One file that differs. */
export interface CodeChange {
  /** Path of the file, relative to the project. */
  readonly path: string;
  /** What happened to the file. */
  readonly kind: "added" | "removed" | "changed";
  /** In the unified format. */
  readonly patch: string;
}

/** How one set of source files differs from another; as a text it is a patch in the unified format. */
export interface CodeDiff {
  /** True if no file differs. */
  readonly isSame: boolean;
  /** By path. */
  readonly changes: readonly CodeChange[];
  /** All changes as one patch in the unified format. */
  toString(): string;
}

type Files = Readonly<Record<string, string>>;

/** Files without likeness would take minutes to compare line by line. */
const MAX_COMPARE_MS = 2000;

export function compareCode(before: Files, after: Files): CodeDiff {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changes = paths.flatMap((path): CodeChange[] => {
    const [old, now] = [textOf(before, path), textOf(after, path)];
    if (old === now) return [];
    const kind = old === undefined ? "added" : now === undefined ? "removed" : "changed";
    return [{ path, kind, patch: patchOf({ path, kind }, [old ?? "", now ?? ""]) }];
  });
  const toString = () => changes.map(({ patch }) => patch).join("\n");
  const shown = () => (changes.length === 0 ? "no difference" : visible(toString()));
  return Object.defineProperty({ isSame: changes.length === 0, changes, toString }, inspect.custom, { value: shown });
}

/** A file may be called `constructor`. */
function textOf(files: Files, path: string): string | undefined {
  return Object.hasOwn(files, path) ? files[path] : undefined;
}

function patchOf({ path, kind }: Pick<CodeChange, "path" | "kind">, [old, now]: readonly [string, string]): string {
  const from = kind === "added" ? "/dev/null" : `a/${path}`;
  const to = kind === "removed" ? "/dev/null" : `b/${path}`;
  const options = { timeout: MAX_COMPARE_MS };
  const patch = structuredPatch(from, to, old, now, undefined, undefined, options);
  if (patch === undefined) return `--- ${from}\n+++ ${to}\n(too different to compare line by line)\n`;
  return formatPatch(patch, FILE_HEADERS_ONLY);
}
