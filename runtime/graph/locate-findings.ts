import { readFile } from "node:fs/promises";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import type { Finding } from "./finding.ts";
import { stepMethods } from "./step-methods.ts";
import { placeIn } from "./locate/place-in.ts";
import { placeQuery } from "./locate/place-query.ts";
import { compileForReading } from "./locate/compile-for-reading.ts";

/**
 * Adds line and column in the original source to findings. Compiles their files anew to find the places, so it is
 * meant for flows that have findings, not for every start.
 *
 * @returns the findings in the same order; those whose place cannot be found keep `line: null`
 */
export async function locateFindings(Flow: AnyClass, findings: readonly Finding[]): Promise<Finding[]> {
  const steps = stepMethods(Flow);
  const files = new Map<string, ReturnType<typeof compileFile>>();
  return Promise.all(
    findings.map(async (found) => {
      if (found.file === null) return found;
      const compiling = files.get(found.file) ?? compileFile(found.file);
      files.set(found.file, compiling);
      const compiled = await compiling;
      if (compiled === null) return found;
      const offset = placeIn(compiled.program, placeQuery(found, { Flow, steps }));
      return offset === null ? found : { ...found, ...compiled.originalOf(offset) };
    }),
  );
}

/** `null` for a file that is gone or cannot be compiled: a finding without a line is better than none. */
async function compileFile(file: string): ReturnType<typeof compileForReading> {
  try {
    return await compileForReading(await readFile(file, "utf8"), file);
  } catch {
    return null;
  }
}
