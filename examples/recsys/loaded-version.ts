import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Matrix } from "ml-matrix";

/**
 * The version of ml-matrix that this step really runs, whatever `@env` asked for.
 *
 * The package does not export its package.json and resolving its name anew could find another copy, so the loaded
 * code is asked: the stack of an error that it throws tells where it lies.
 */
export function loadedMatrixVersion(): string {
  const folder = folderInStack(provokedStack());
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return version;
}

function provokedStack(): string {
  try {
    return `no error from ${new Matrix(-1, 1).rows} rows`;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? "") : String(error);
  }
}

/** Finds the folder of ml-matrix in a stack whose frames are paths or file URLs. */
export function folderInStack(stack: string): string {
  const frame = /(file:\/\/\/|\/|[A-Za-z]:[\\/])[^\n]*?[\\/]node_modules[\\/]ml-matrix(?=[\\/])/.exec(stack)?.[0];
  if (frame === undefined) throw new Error(`Cannot tell the version of ml-matrix: it is not in the stack\n${stack}`);
  return frame.startsWith("file://") ? fileURLToPath(frame) : frame;
}
