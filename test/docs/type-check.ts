import path from "node:path";
import ts from "typescript";
import { ROOT } from "../e2e/harness.ts";

/** What the compiler says of modules that it sees without a file, by the name that each would have. */
export function problemsOf(sources: readonly (readonly [string, string])[]): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const modules = new Map(sources);
  const relaxed = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    rewriteRelativeImportExtensions: false,
  };
  const host = ts.createCompilerHost(relaxed);
  const { readFile, fileExists } = host;
  host.readFile = (file) => modules.get(file) ?? readFile.call(host, file);
  host.fileExists = (file) => modules.has(file) || fileExists.call(host, file);
  const program = ts.createProgram([...modules.keys()], relaxed, host);
  return [...modules.keys()].flatMap((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map((found) => {
      return `${path.relative(ROOT, name)}: ${ts.flattenDiagnosticMessageText(found.messageText, "\n")}`;
    }),
  );
}
