import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isRecord } from "../base/is-record.ts";
import { markPrediction } from "../base/metadata.ts";
import { MillraceError } from "../base/millrace-error.ts";
import type { FeatureSelection, WithFeatures } from "../features/feature-definition.ts";
import { isSelection } from "../features/is-selection.ts";
import { loadFeatureLookup } from "../features/load-feature-lookup.ts";
import { methodOf } from "../decorators/decorator-arguments.ts";

/** How rows of several requests become one call. */
export interface BatchingOptions {
  /** Rows in one call at most; the rows of one request stay together, however many they are. @defaultValue 64 */
  readonly maxSize?: number;
  /** How long a row may wait for others, in milliseconds, while a process is free. @defaultValue 0 */
  readonly maxWaitMs?: number;
}

/** What {@link predict} takes. */
export interface PredictOptions<
  In extends StandardSchemaV1,
  Out extends StandardSchemaV1,
  Selections extends readonly FeatureSelection[] = readonly [],
> {
  /** What a row is. The method gets what this schema makes of it; a row that does not fit is refused. */
  readonly input: In;
  /** What an answer is. One that does not fit is an error of the service, not of who asked. */
  readonly output?: Out;
  /**
   * Features that are looked up for each row, by the keys that it has: the method gets rows with their values. They are no
   * part of `input`, and a row that brings one of them is refused. The service does not start where the model was trained on
   * another definition of one, or no snapshot of it was materialized.
   */
  readonly features?: Selections;
  /** How rows of several requests become one call. */
  readonly batch?: BatchingOptions;
}

/** A row as a method gets it: what the schema makes of it, with the features that were looked up. */
export type PredictRow<
  In extends StandardSchemaV1,
  Selections extends readonly FeatureSelection[],
> = readonly [] extends Selections
  ? StandardSchemaV1.InferOutput<In>
  : WithFeatures<StandardSchemaV1.InferOutput<In> & object, Selections>;

/** A method that answers each row, in their order. */
export type PredictMethod<
  In extends StandardSchemaV1,
  Out extends StandardSchemaV1,
  Selections extends readonly FeatureSelection[] = readonly [],
> = (
  rows: PredictRow<In, Selections>[],
) => readonly StandardSchemaV1.InferInput<Out>[] | Promise<readonly StandardSchemaV1.InferInput<Out>[]>;

/** What {@link predict} gives: a decorator of either dialect. */
export interface PredictDecorator<
  In extends StandardSchemaV1,
  Out extends StandardSchemaV1,
  Selections extends readonly FeatureSelection[] = readonly [],
> {
  <Method extends PredictMethod<In, Out, Selections>>(
    method: Method,
    context: Pick<ClassMethodDecoratorContext, "kind">,
  ): void;
  <Method extends PredictMethod<In, Out, Selections>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method> | undefined,
  ): void;
}

const DEFAULT_BATCH = { maxSize: 64, maxWaitMs: 0 };
const LONGEST_WAIT_MS = 60_000;

/**
 * Makes a method of a service an endpoint: `POST /NAME` gives it rows, and gets its answers. The same method answers the
 * rows of a file.
 *
 * @param options - schemas of a row and of an answer: any Standard Schema, of zod, valibot, arktype and others
 *
 * @example
 * ```ts
 * class Doubling extends Service {
 *   @predict({ input: z.number(), output: z.number(), batch: { maxSize: 64, maxWaitMs: 5 } })
 *   double(rows: number[]): number[] {
 *     return rows.map((row) => row * 2);
 *   }
 * }
 * ```
 */
export function predict<
  In extends StandardSchemaV1,
  Out extends StandardSchemaV1 = StandardSchemaV1,
  const Selections extends readonly FeatureSelection[] = readonly [],
>(options: PredictOptions<In, Out, Selections>): PredictDecorator<In, Out, Selections> {
  const mark = checked(options);
  return (...place: readonly unknown[]): void => markPrediction(methodOf("predict", place), mark);
}

function checked(options: unknown) {
  if (!isRecord(options)) throw refused("it takes an object with input", "write @predict({ input: Customer })");
  const { input, output, batch = {}, features = [], ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refused(`it has no option ${unknown}`, "its options are input, output, features and batch");
  if (!isSchema(input))
    throw refused("its input is not a Standard Schema", "pass a schema of zod, valibot, arktype or the like");
  if (output !== undefined && !isSchema(output))
    throw refused("its output is not a Standard Schema", "pass a schema of zod, valibot, arktype or the like, or none");
  if (!Array.isArray(features) || !features.every(isSelection))
    throw refused("its features are not features of views", "write features: [spending.spend7d, visits.all]");
  const lookup = features.length === 0 ? {} : { lookup: loadFeatureLookup().featureLookup(features) };
  return { input, output, batch: checkedBatch(batch), ...lookup };
}

function checkedBatch(batch: unknown): { maxSize: number; maxWaitMs: number } {
  if (!isRecord(batch)) throw refused("its batch is not an object", "write batch: { maxSize: 64, maxWaitMs: 5 }");
  const { maxSize = DEFAULT_BATCH.maxSize, maxWaitMs = DEFAULT_BATCH.maxWaitMs, ...others } = batch;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refused(`batch has no option ${unknown}`, "its options are maxSize and maxWaitMs");
  if (!Number.isSafeInteger(maxSize) || Number(maxSize) < 1)
    throw refused(`maxSize is ${String(maxSize)}`, "give a whole number of rows from 1 on");
  if (typeof maxWaitMs !== "number" || !(maxWaitMs >= 0 && maxWaitMs <= LONGEST_WAIT_MS))
    throw refused(`maxWaitMs is ${String(maxWaitMs)}`, `give milliseconds from 0 to ${LONGEST_WAIT_MS}`);
  return { maxSize: Number(maxSize), maxWaitMs };
}

/** A schema may be a function, as arktype's are. */
function isSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { "~standard": standard } = value as Partial<Record<"~standard", unknown>>;
  return isRecord(standard) && typeof standard["validate"] === "function";
}

function refused(because: string, hint: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DECORATOR_OPTION",
    headline: `Cannot use @predict because ${because}`,
    hint,
  });
}
