import path from "node:path";
import ts from "typescript";
import { ROOT } from "../rigs/harness.ts";

/** An editor that has a flow file open, and shows it what is typed. */
export interface Editor {
  /** Names offered where `‸` stands. */
  completions(text: string): readonly string[];
  /** What is shown of what stands before `‸`, without its documentation. */
  hover(text: string): string;
  /** What the compiler says of the file. */
  problems(text: string): readonly string[];
}

/** TypeScript's language service, as editors start it. */
export function openEditor({ dialect }: { readonly dialect: "standard" | "legacy" }): Editor {
  const file = path.join(ROOT, "test/editor/opened.ts");
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const settings = {
    ...options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    experimentalDecorators: dialect === "legacy",
    paths: { millrace: [path.join(ROOT, "sdk/index.ts")] },
  };
  let source = "";
  let version = 0;
  const textOf = (name: string) => (name === file ? source : ts.sys.readFile(name));
  const service = ts.createLanguageService({
    getCompilationSettings: () => settings,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : "0"),
    getScriptSnapshot(name) {
      const found = textOf(name);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: (of) => ts.getDefaultLibFilePath(of),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: textOf,
    directoryExists: (name) => ts.sys.directoryExists(name),
  });
  /** The place of the cursor. */
  const show = (text: string): number => {
    version += 1;
    source = text.replace("‸", "");
    return text.indexOf("‸");
  };
  return {
    completions(text) {
      const at = show(text);
      return service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name) ?? [];
    },
    hover(text) {
      const at = show(text);
      return ts.displayPartsToString(service.getQuickInfoAtPosition(file, at - 1)?.displayParts);
    },
    problems(text) {
      show(text);
      const found = service.getSemanticDiagnostics(file);
      return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    },
  };
}
