import { createRequire } from "node:module";
import { extname } from "node:path";
import { getLineInfo, parse, type Program } from "acorn";
import type { Loader } from "esbuild";
import { moduleText } from "../read/module-text.ts";

/** A source file compiled to something that acorn reads. */
export interface CompiledFile {
  readonly program: Program;
  /** Where the node at this offset of the compiled text stands in the original; 1-based. */
  originalOf(offset: number): { line: number; column: number } | null;
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
};

/** Both dialects in turn: legacy decorators leave the class body as it is, but not every standard decorator parses so. */
const DIALECTS = [{ experimentalDecorators: true }, { experimentalDecorators: false }];

export async function compileForReading(source: string, file: string): Promise<CompiledFile | null> {
  const loader = LOADERS[extname(file)];
  if (loader === undefined) return null;
  // Loaded here, as they are only needed once something is wrong.
  const { transform } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { TraceMap, originalPositionFor } = await import("@jridgewell/trace-mapping");
  for (const dialect of DIALECTS) {
    try {
      const { code, map } = await transform(moduleText(source), {
        loader,
        target: "es2022",
        sourcemap: "external",
        sourcefile: file,
        logLevel: "silent",
        tsconfigRaw: { compilerOptions: { ...dialect, useDefineForClassFields: true } },
      });
      const program = parse(code, { ecmaVersion: "latest", sourceType: "module", allowReturnOutsideFunction: true });
      const trace = new TraceMap(map);
      return {
        program,
        originalOf(offset) {
          const { line, column } = originalPositionFor(trace, getLineInfo(code, offset));
          return line === null ? null : { line, column: column + 1 };
        },
      };
    } catch {
      continue;
    }
  }
  return null;
}
