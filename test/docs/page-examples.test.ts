import path from "node:path";
import fs from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "../rigs/harness.ts";
import { FILES_GIVEN, FLOW_GIVEN, GIVEN } from "./given.ts";
import { type Fence, isEpisode, type Page, readPage, userPages } from "./pages.ts";
import { problemsOf } from "./type-check.ts";

const ENTRIES = { millrace: "", "millrace/client": "client/", "millrace/testing": "testing/", "millrace/gpu": "gpu/" };

test("the TypeScript on every page compiles", () => {
  const modules = userPages().flatMap((page) => [
    ...filesBeside(page),
    ...page.fences.flatMap((it) => module(page, it)),
  ]);
  expect(modules.length).toBeGreaterThan(25);
  expect(problemsOf(modules)).toEqual([]);
});

test("the JSON on every page parses", () => {
  const faults = userPages().flatMap(({ name, fences }) =>
    fences.filter(({ language }) => language === "json").flatMap(({ code, line }) => faultOf(code, `${name}:${line}`)),
  );
  expect(faults).toEqual([]);
});

function faultOf(json: string, place: string): string[] {
  try {
    JSON.parse(json);
    return [];
  } catch (error) {
    return [`${place}: ${String(error)}`];
  }
}

/** The folder in which the examples of a page lie for the compiler. Nothing is written there. */
function folderOf({ name }: Page): string {
  return path.join(ROOT, "docs", isEpisode(name) ? "tutorial" : path.basename(name, ".md"));
}

/** The README's first flow and what else the page takes for given. */
function filesBeside(page: Page): [string, string][] {
  const first = readPage("README.md").fences.find(({ title }) => title === "tune.ts");
  const files = { "tune.ts": first?.code ?? "", ...FILES_GIVEN[page.name] };
  return Object.entries(files)
    .filter(([file]) => !page.fences.some(({ title }) => title === file))
    .map(([file, code]) => [path.join(folderOf(page), file), code]);
}

function module(page: Page, { language, title, code, line }: Fence): [string, string][] {
  if (language !== "ts") return [];
  if (title !== undefined) return [[path.join(folderOf(page), title), code]];
  const isMember = /^@/.test(code) && !/^(export )?class /m.test(code);
  const flow = isMember ? `${FLOW_GIVEN}class Example extends GivenFlow {\n${code}\n}` : code;
  const whole = `${givenFor(page, code)}\n${flow}\nexport {};\n`;
  return [
    [path.join(folderOf(page), `${path.basename(page.name, ".md")}-${line}.ts`), `${importsFor(whole)}\n${whole}`],
  ];
}

/** Without what the code declares itself. */
function givenFor({ name }: Page, code: string): string {
  const lines = (GIVEN[name] ?? "").split("\n");
  return lines.filter((line) => !code.includes(`const ${/declare const (\w+)/.exec(line)?.[1] ?? "?"} `)).join("\n");
}

/** Imports of what the package exports, as far as the code mentions it and declares or imports it nowhere. */
function importsFor(code: string): string {
  const imported = [...code.matchAll(/import (?:type )?\{([^}]*)\}/g)].map(([, names]) => names).join();
  const isFree = (name: string) =>
    mentions(code, name) &&
    !mentions(imported, name) &&
    !new RegExp(`(const|let|class|function) ${name}\\b`).test(code);
  return Object.entries(EXPORTED)
    .map(([entry, names]) => `import { ${names.filter(isFree).join(", ")} } from "${entry}";`)
    .join("\n");
}

function mentions(code: string, name: string): boolean {
  return new RegExp(`(?<![.\\w])${name}\\b(?!:)`).test(code);
}

const EXPORTED = exportedNames();

/** By entry; a name that two export is the first one's. */
function exportedNames(): Record<string, string[]> {
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(ENTRIES).map(([entry, folder]) => {
      const index = fs.readFileSync(path.join(ROOT, `sdk/${folder}index.ts`), "utf8");
      const listed = [...index.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
        names.split(","),
      );
      const declared = [...index.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name = ""]) => name);
      const names = [...listed.map((name) => name.replace("type ", "").trim()), ...declared];
      const own = names.filter((name) => name !== "" && !seen.has(name));
      for (const name of own) seen.add(name);
      return [entry, own];
    }),
  );
}
