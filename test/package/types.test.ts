import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT, temporaryFolder } from "../rigs/harness.ts";

const MANIFEST = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};

const ENTRIES = Object.keys(MANIFEST.exports).filter((name) => !name.endsWith(".json"));

/** A user's project with the package as npm installs it: what it does not depend on is not there. */
function project(type: "module" | "commonjs"): string {
  const folder = temporaryFolder();
  const modules = path.join(folder, "node_modules");
  const home = path.join(modules, "millrace");
  fs.cpSync(path.join(ROOT, "dist/types"), path.join(home, "dist/types"), { recursive: true });
  fs.copyFileSync(path.join(ROOT, "package.json"), path.join(home, "package.json"));
  const needed = { ...MANIFEST.dependencies, ...MANIFEST.peerDependencies };
  for (const name of [...Object.keys(needed), "@types/node", "undici-types"]) {
    fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name), "dir");
  }
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type }));
  const lines = ENTRIES.map((entry, at) => `import * as entry${at} from "${path.posix.join("millrace", entry)}";`);
  fs.writeFileSync(
    path.join(folder, "all.ts"),
    [...lines, `export { ${lines.map((_, at) => `entry${at}`).join()} };`].join("\n"),
  );
  return folder;
}

test.each(["module", "commonjs"] as const)(
  "the declarations are whole and right by themselves, for the strictest compiler: %s",
  (type) => {
    const folder = project(type);
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ["node"],
      typeRoots: [path.join(folder, "node_modules/@types")],
    };
    const program = ts.createProgram([path.join(folder, "all.ts")], options);
    const problems = ts.getPreEmitDiagnostics(program).flatMap(({ file, messageText }) => {
      const name = file === undefined ? "" : path.relative(folder, file.fileName);
      // Others' declarations are not ours to judge.
      const isOurs = name === "all.ts" || name.startsWith("node_modules/millrace/");
      return isOurs ? [`${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`] : [];
    });
    expect(problems).toEqual([]);
    expect(ENTRIES).toContain("./gpu");
  },
  120_000,
);
