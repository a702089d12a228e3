import type { LookedUpFeatures } from "../../datastore/request-columns.ts";

/** What a worker needs to load a service. */
export interface ServiceSetup {
  /** The service's file, absolute. */
  readonly file: string;
  /** Name of its class. */
  readonly service: string;
  /** Null for a service without a model. */
  readonly model: { readonly name: string; readonly number: number; readonly datastore: string } | null;
}

/** From the server to a worker. */
export type ServiceCommand =
  | { readonly type: "load"; readonly setup: ServiceSetup }
  /** The body has what each request sent, one after the other; `arrow` is left out where all is JSON. */
  | {
      readonly type: "batch";
      readonly method: string;
      readonly sizes: readonly number[];
      readonly arrow?: readonly (ArrowAsked | null)[];
    };

/** What of a request is a stream of Apache Arrow instead of JSON. */
export interface ArrowAsked {
  readonly isBody: boolean;
  readonly isAnswer: boolean;
}

/** How one request of a batch was answered. */
export interface AnswerHead {
  /** 200; 400 for what is no JSON or no Arrow, 422 for rows that do not fit, 500 where the service failed. */
  readonly status: number;
  /** Bytes of its part of the body. */
  readonly size: number;
  /** Rows that it had. */
  readonly rows: number;
  /** True where its part of the body is a stream of Arrow; it is JSON otherwise. */
  readonly isArrow?: true;
  /** What was looked up for its rows. */
  readonly features?: LookedUpFeatures;
}

/** From a worker to the server. */
export type ServiceReport =
  | { readonly type: "ready" }
  /** The service cannot be loaded. */
  | { readonly type: "failed"; readonly problem: ServiceProblem }
  /** Of the one batch that was sent, in the order of its requests. The body has their answers. */
  | {
      readonly type: "answers";
      readonly answers: readonly AnswerHead[];
      /** What the service's code took, in milliseconds. */
      readonly ms: number;
      /** Why answers are 500, for the log. */
      readonly faults: readonly string[];
    };

/** An error on its way to another process. */
export interface ServiceProblem {
  readonly headline: string;
  readonly details: readonly string[];
  readonly hint: string | undefined;
}

/** The descriptor of a worker's pipe for frames, both ways. */
export const FRAMES = 3;
