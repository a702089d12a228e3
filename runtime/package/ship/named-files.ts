import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parse } from "acorn";
import { moduleText } from "../../graph/read/module-text.ts";
import type { Loader } from "esbuild";
import type { CodePackage } from "../code-package.ts";
import { staticPaths } from "./static-paths.ts";

/** Files and folders that those of a flow's modules name that ask for their own place. */
export async function namedFiles(code: CodePackage, root: string): Promise<string[]> {
  const { transform } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const modules = Object.values(code.files).map((relative) => path.resolve(root, relative));
  const named = modules.map(async (file) => {
    // A notebook's cells are in no file.
    if (!fs.existsSync(file)) return [];
    const source = await fs.promises.readFile(file, "utf8");
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };
    const compiled = await transform(moduleText(source), { loader: loaderOf(file), target: "node20", tsconfigRaw });
    const program = parse(compiled.code, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    });
    return staticPaths(program, file);
  });
  return [...new Set((await Promise.all(named)).flat())].sort();
}

function loaderOf(file: string): Loader {
  const kind = path.extname(file).replace(/^\.[cm]?/, "");
  // TypeScript's syntax includes that of JavaScript, JSX aside.
  return kind === "tsx" || kind === "jsx" || kind === "js" ? (kind === "tsx" ? "tsx" : "jsx") : "ts";
}
