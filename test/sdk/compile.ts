import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import * as sdk from "../../sdk/index.ts";
import type { AnyClass } from "../../sdk/base/metadata.ts";

export type Dialect = "standard" | "legacy";
export const DIALECTS: readonly Dialect[] = ["standard", "legacy"];

/** A class body compiled under one decorator dialect and evaluated from a file of its own, as a user's would be. */
export async function compileFlow(body: string, dialect: Dialect): Promise<{ Flow: AnyClass; file: string }> {
  const names = Object.keys(sdk).join(", ");
  const source = `export default ({ ${names} }) => {
    class Fixture extends FlowSpec { ${body} }
    return Fixture;
  };`;
  const { code } = await transform(source, {
    loader: "ts",
    target: "node20",
    tsconfigRaw: { compilerOptions: { experimentalDecorators: dialect === "legacy" } },
  });
  const folder = await mkdtemp(path.join(tmpdir(), "millrace-sdk-"));
  const file = path.join(folder, "flow.mjs");
  await writeFile(file, code);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    default: (from: unknown) => AnyClass;
  };
  return { Flow: module.default(sdk), file };
}

/** The method that a flow's prototype holds under a name. */
export function methodNamed(Flow: AnyClass, name: string): object {
  return Object.getOwnPropertyDescriptor(Flow.prototype, name)?.value as object;
}
