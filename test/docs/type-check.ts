import path from "node:path";
import ts from "typescript";
import { ROOT } from "../rigs/harness.ts";

/** The package's own source in place of the built types: they may not be there. */
const PATHS = Object.fromEntries(
  Object.entries({
    millrace: "index.ts",
    "millrace/arrow": "arrow.ts",
    "millrace/cards": "cards/index.ts",
    "millrace/client": "client/index.ts",
    "millrace/models": "models/index.ts",
    "millrace/serving": "serving/index.ts",
    "millrace/features": "features/index.ts",
    "millrace/events": "events/index.ts",
    "millrace/runner": "runner.ts",
    "millrace/eslint": "eslint/index.ts",
    "millrace/vitest": "vitest/index.ts",
    "millrace/testing": "testing/index.ts",
    "millrace/gpu": "gpu/index.ts",
  }).map(([name, file]) => [name, [path.join(ROOT, "sdk", file)]]),
);

/** What the compiler says of modules that it sees without a file, by the name that each would have. */
export function problemsOf(sources: readonly (readonly [string, string])[]): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const modules = new Map(sources);
  const relaxed = {
    ...options,
    paths: PATHS,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitOverride: false,
    verbatimModuleSyntax: false,
    rewriteRelativeImportExtensions: false,
  };
  const folders = new Set(sources.flatMap(([name]) => foldersOf(name)));
  const host = ts.createCompilerHost(relaxed);
  const { readFile, fileExists, directoryExists } = host;
  host.readFile = (file) => modules.get(file) ?? readFile.call(host, file);
  host.fileExists = (file) => modules.has(file) || fileExists.call(host, file);
  host.directoryExists = (folder) => folders.has(folder) || (directoryExists?.call(host, folder) ?? true);
  const program = ts.createProgram([...modules.keys()], relaxed, host);
  return [...modules.keys()].flatMap((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map((found) => {
      return `${path.relative(ROOT, name)}: ${ts.flattenDiagnosticMessageText(found.messageText, "\n")}`;
    }),
  );
}

function foldersOf(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [folder, ...foldersOf(folder)];
}
