import { inspect } from "node:util";
import { codeFiles } from "../../runtime/datastore/reader/code-files.ts";
import { type CodeDiff, compareCode } from "../../runtime/datastore/reader/compare-code.ts";
import type { RunReader } from "./run-reader.ts";
import { visibleLine } from "../base/visible.ts";

export type { CodeChange, CodeDiff } from "../../runtime/datastore/reader/compare-code.ts";

/**
 * The code that a run executed: the flow's own modules, as they were when it started.
 *
 * @example
 * ```ts
 * const run = await Run.get("RecSysFlow/latest");
 * const files = await run.code.files();
 * console.log(Object.keys(files), files[run.code.flowFile]);
 * ```
 */
export class RunCode {
  /** Of the code package: runs of equal code have equal hashes. */
  readonly hash: string;
  /** The flow file, relative to its project. */
  readonly flowFile: string;
  readonly #reader: RunReader;

  /** @internal */
  constructor(reader: RunReader) {
    const { code, flowFile } = reader.header.document;
    this.hash = code;
    this.flowFile = flowFile;
    this.#reader = reader;
  }

  /** The source files by their path in the project. */
  async files(): Promise<Readonly<Record<string, string>>> {
    await Promise.resolve();
    return codeFiles(this.#reader.store.blobs, this.hash);
  }

  /**
   * How the code of another run differs from this one's.
   *
   * @param other - a run, or its code
   *
   * @example
   * ```ts
   * const flow = await Flow.get("RecSysFlow");
   * const [today, yesterday] = await flow.runs({ limit: 2 }).toArray();
   * if (today && yesterday) console.log(String(await yesterday.code.diff(today)));
   * ```
   */
  async diff(other: RunCode | { readonly code: RunCode }): Promise<CodeDiff> {
    const code = other instanceof RunCode ? other : other.code;
    if (code.hash === this.hash) return compareCode({}, {});
    return compareCode(await this.files(), await code.files());
  }

  /** @internal */
  [inspect.custom](): string {
    return visibleLine(`RunCode ${this.flowFile}  ${this.hash.slice(0, 8)}`);
  }
}
