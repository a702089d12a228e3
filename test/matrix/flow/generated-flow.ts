import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { type Finished, millrace, ROOT } from "../../rigs/harness.ts";
import { ESM, LEGACY, link, STANDARD } from "../../rigs/project.ts";
import type { Shape } from "../shapes/shape.ts";
import type { Addition } from "./addition.ts";
import { flowSource } from "./source.ts";

/** Whose run it is, for whoever starts part of a flow in another way. */
export const BY_ADA = { MILLRACE_USER: "ada" } as const;

export type Dialect = "standard" | "legacy";

export interface GeneratedFlowOptions {
  readonly shape: Shape;
  readonly additions: readonly Addition[];
  /** @defaultValue `standard` */
  readonly dialect?: Dialect;
}

/** A flow in a project of its own, with a datastore of its own. */
export interface GeneratedFlow {
  readonly className: string;
  readonly folder: string;
  readonly file: string;
  readonly datastore: string;
  /** `millrace COMMAND flow.ts ARGS`. */
  command(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
}

// Flows of many tests run at the same time, beyond the test that is under way: their folders live as long as the file.
const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "millrace-matrix-")));
afterAll(() => fs.rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

export function generateFlow({ shape, additions, dialect = "standard" }: GeneratedFlowOptions): GeneratedFlow {
  const className = "MatrixFlow";
  const folder = fs.mkdtempSync(path.join(root, `${shape.name.replaceAll(" ", "-")}-`));
  const file = path.join(folder, "flow.ts");
  fs.writeFileSync(path.join(folder, "package.json"), ESM);
  fs.writeFileSync(path.join(folder, "tsconfig.json"), dialect === "legacy" ? LEGACY : STANDARD);
  fs.copyFileSync(new URL("../flows/strike.ts", import.meta.url), path.join(folder, "strike.ts"));
  fs.writeFileSync(file, flowSource(shape, { className, additions }));
  link(ROOT, path.join(folder, "node_modules/millrace"));
  return generatedFlow({ className, folder, file });
}

function generatedFlow(at: Pick<GeneratedFlow, "className" | "folder" | "file">): GeneratedFlow {
  const datastore = path.join(at.folder, "store");
  return {
    ...at,
    datastore,
    command: ([name = "", ...rest], env = {}) =>
      millrace([name, at.file, ...rest], { cwd: at.folder, datastore, env: { ...BY_ADA, ...env } }),
  };
}
