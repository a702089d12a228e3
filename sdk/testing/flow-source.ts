import fs from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stepMethods } from "../../runtime/graph/step-methods.ts";
import { pathOf } from "../../runtime/graph/read/read-docs.ts";
import { findFlowFile, type FlowPlace } from "../../runtime/launch/plan/read-flow-file.ts";
import type { Bundle } from "../../runtime/package/bundle.ts";
import { parseExternalSpecifier } from "../../runtime/package/external-specifier.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { host } from "../base/host.ts";
import { placeInNotebook } from "./place-in-notebook.ts";
import type { AnyClass } from "../base/metadata.ts";

/** A path, `path#Name`, a `file:` URL, or a class that a file on the disk defines. */
export type FlowSource = string | FileUrl | AnyClass;

/** A `URL` of the platform, which not every compiler knows. */
export interface FileUrl {
  /** `file:///…`, with `#Name` for one of several flows. */
  readonly href: string;
  toString(): string;
}

export async function findFlow(source: FlowSource): Promise<FlowPlace> {
  if (typeof source === "function") return (await placeInNotebook(source)) ?? placeOfClass(source);
  const text = String(source);
  if (!text.startsWith("file:")) return findFlowFile(text, { cwd: process.cwd() });
  const url = new URL(text);
  const name = decodeURIComponent(url.hash);
  url.hash = "";
  return findFlowFile(fileURLToPath(url) + name, { cwd: process.cwd() });
}

/** The file in whose source the class was decorated; null where no file on the disk is known. */
export function fileOfClass(Flow: AnyClass): string | null {
  const own = [...stepMethods(Flow).values()].find(({ owner, mark }) => owner === Flow && mark.file !== null);
  const file = own?.mark.file == null ? null : pathOf(own.mark.file);
  return file !== null && fs.existsSync(file) ? file : null;
}

function placeOfClass(Flow: AnyClass): FlowPlace {
  const file = fileOfClass(Flow) ?? host().fileOfClass?.(Flow) ?? null;
  if (file !== null) return { given: file, file: fs.realpathSync(file), name: Flow.name };
  const hasOwn = [...stepMethods(Flow).values()].some(({ owner }) => owner === Flow);
  throw new MillraceError({
    code: "MILLRACE_NOT_YET",
    headline: `Cannot run the class ${Flow.name} because the file that defines it is not known`,
    details: hasOwn ? [] : ["it has no steps of its own that would show its file"],
    hint: `name the file: new Runner("flow.ts#${Flow.name}"); in a notebook with Millrace's kernel, define the class in a cell`,
  });
}

const TEST_RUNNERS = new Set(["vitest", "node:test", "@jest/globals", "bun:test", "mocha", "ava", "tap", "uvu"]);

/** A test file evaluated anew would register, and run, its tests once more. */
export function refuseTestFile({ code }: Bundle): void {
  const runner = code.imports
    .map((one) => parseExternalSpecifier(one.specifier).specifier)
    .find((specifier) => TEST_RUNNERS.has(specifier));
  if (runner === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_TEST",
    headline: `Cannot run a flow from ${code.flowFile} because that is a test file: it imports ${runner}`,
    hint: "put the flow into a file of its own and import it there",
  });
}
