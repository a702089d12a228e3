import fs from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import type { Completion } from "../front/protocol.ts";
import { liveValue, propertyNames } from "./live-value.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

const KEYWORDS = (
  "abstract as async await break case catch class const continue debugger declare default delete do else enum export " +
  "extends false finally for from function if implements import in infer instanceof interface keyof let new null of " +
  "override private protected public readonly return satisfies static super switch this throw true try type typeof " +
  "undefined var void while yield"
).split(" ");

/** What may stand at the cursor: paths in an import, members of live objects, else names and keywords. */
export function complete(code: string, { cursor, folder }: { cursor: number; folder: string }): Completion {
  const before = code.slice(0, cursor);
  const [, specifier] = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"'\n]*)$/.exec(before) ?? [];
  if (specifier !== undefined) return importPaths(specifier, { cursor, folder });
  const [, chain, member] = MEMBER.exec(before) ?? [];
  if (chain !== undefined && member !== undefined) {
    const found = liveValue(chain.split(/\??\./));
    const names = found === null ? [] : propertyNames(found.value).filter((name) => IDENTIFIER.test(name));
    return starting(member, cursor, names);
  }
  // Behind a dot whose left side is no plain name, or in a number.
  if (/(?:\.\s*[\p{ID_Continue}$]*|\b\d[\w.]*)$/u.test(before)) return starting("", cursor, []);
  const [word = ""] = /[\p{ID_Continue}$]*$/u.exec(before) ?? [];
  const globals = Object.getOwnPropertyNames(globalThis).filter(
    (name) => IDENTIFIER.test(name) && !name.startsWith("__"),
  );
  return starting(word, cursor, word === "" ? [] : [...globals.reverse(), ...KEYWORDS]);
}

const MEMBER = /([\p{ID_Continue}$]+(?:\??\.[\p{ID_Continue}$]+)*)\??\.([\p{ID_Continue}$]*)$/u;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function starting(prefix: string, cursor: number, names: readonly string[]): Completion {
  const matches = [...new Set(names)].filter((name) => name.startsWith(prefix) && name !== prefix);
  return { matches, start: cursor - prefix.length, end: cursor };
}

function importPaths(specifier: string, { cursor, folder }: { cursor: number; folder: string }): Completion {
  if (!/^\.{0,2}\//.test(specifier) && !specifier.startsWith(".")) {
    return starting(specifier, cursor, [...builtinModules.map((name) => `node:${name}`), ...packages(folder)]);
  }
  const base = specifier.slice(0, specifier.lastIndexOf("/") + 1);
  const entries = list(path.resolve(folder, base)).filter((entry) => !entry.name.startsWith("."));
  const names = entries.flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : [`${base}${entry.name}/`];
    return /\.(?:[cm]?[jt]sx?|json)$/.test(entry.name) ? [`${base}${entry.name}`] : [];
  });
  return starting(specifier, cursor, names);
}

/** Names of the packages that are installed for this folder. */
function packages(folder: string): string[] {
  const names: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const modules = path.join(at, "node_modules");
    for (const { name } of list(modules)) {
      if (name.startsWith("@"))
        appendAll(
          names,
          list(path.join(modules, name)).map((entry) => `${name}/${entry.name}`),
        );
      else if (!name.startsWith(".")) names.push(name);
    }
    if (at === path.dirname(at)) return names.sort();
  }
}

function list(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
