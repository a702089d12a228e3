import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../rigs/harness.ts";
import { problemsOf } from "./type-check.ts";

const FOLDER = path.join(ROOT, "notebooks");

interface Notebook {
  readonly cells: readonly { readonly cell_type: string; readonly source: readonly string[] }[];
}

test("the cells of each notebook are right as one module", () => {
  const names = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));
  expect(names.length).toBeGreaterThanOrEqual(4);
  const modules = names.map((name): [string, string] => {
    const { cells } = JSON.parse(fs.readFileSync(path.join(FOLDER, name), "utf8")) as Notebook;
    const code = cells.filter((cell) => cell.cell_type === "code").map(({ source }) => source.join(""));
    return [path.join(FOLDER, name.replace(".ipynb", ".ts")), own(`${code.join("\n;\n")}\nexport {};\n`)];
  });
  expect(problemsOf(modules)).toEqual([]);
});

/** The package's own source in place of the built types: they may not be there. */
function own(code: string): string {
  const sources = {
    "millrace/client": "client/index.ts",
    "millrace/testing": "testing/index.ts",
    millrace: "index.ts",
  };
  return Object.entries(sources).reduce(
    (done, [name, file]) => done.replaceAll(`from "${name}"`, `from "../sdk/${file}"`),
    code,
  );
}
