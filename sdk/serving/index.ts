/**
 * Services that answer with a model: one class for requests over HTTP and for files.
 *
 * @packageDocumentation
 */
export { Service } from "./service.ts";
export { predict } from "./predict.ts";
export { serve } from "./serve.ts";
export { serviceClient } from "./client/service-client.ts";
export { PendingAnswer } from "./client/pending-answer.ts";
export { ServiceRequestError } from "./client/service-request-error.ts";
export type { AsJson, AskMethod, AskOptions, ClientOf, WireType, WireTypes } from "./client/client-of.ts";
export type { ServiceReply } from "./client/pending-answer.ts";
export type { ServiceClientOptions } from "./client/service-client.ts";
export type { RequestFailure, RequestIssue } from "./client/service-request-error.ts";
export type { BatchingOptions, PredictDecorator, PredictMethod, PredictOptions, PredictRow } from "./predict.ts";
export type { ServiceClass } from "./service.ts";
