import type { Refused } from "./base/refused.ts";
import type { DecoratorPlace, FieldDecorator } from "./decorators/step-decorator.ts";
import { declareField, type FieldOptionNames } from "./declare-field.ts";

/** Options of {@link includeFile}. */
export interface IncludeFileOptions {
  /** What the file is, for `--help`. */
  readonly help?: string;
  /**
   * How the content becomes a text; `null` keeps the bytes.
   * @defaultValue "utf8"
   */
  readonly encoding?: "utf8" | "utf16le" | "latin1" | "ascii" | "base64" | "hex" | null;
}

/**
 * Makes a file's content an artifact when the run starts. The field's initial value is the default path, relative to
 * the flow's file; the command line can name another.
 *
 * @example
 * ```ts
 * class ReportFlow extends FlowSpec {
 *   @includeFile() rules = "rules.txt"; // --rules other.txt
 *
 *   @step start() {
 *     console.log(this.rules.split("\n").length, "rules");
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function includeFile(): FieldDecorator;
export function includeFile(options: IncludeFileOptions): FieldDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function includeFile<Target>(
  target: Target,
  place: DecoratorPlace,
): Refused<"@includeFile needs parentheses: write @includeFile()">;
export function includeFile(options: object = {}): unknown {
  return declareField("includeFile", { options, known: OPTIONS });
}

const OPTIONS: FieldOptionNames<IncludeFileOptions> = { help: true, encoding: true };
