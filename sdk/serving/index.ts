/**
 * Services that answer with a model: one class for requests over HTTP and for files.
 *
 * @packageDocumentation
 */
export { Service } from "./service.ts";
export { predict } from "./predict.ts";
export { serve } from "./serve.ts";
export type { BatchingOptions, PredictDecorator, PredictMethod, PredictOptions } from "./predict.ts";
export type { ServiceClass } from "./service.ts";
