import type { StopSignal } from "../../base/stop-signal.ts";
import type { PendingAnswer } from "./pending-answer.ts";

/** Of the methods whose rows or answers are others on the wire than in the class: what the client sends and gets. */
export type WireTypes = Readonly<Record<string, WireType>>;

/** Of one method. */
export interface WireType {
  /** What is sent. @defaultValue a row as the method takes it */
  readonly row?: unknown;
  /** What comes back. @defaultValue what JSON makes of the method's answer */
  readonly answer?: unknown;
}

/** What one request may be told. */
export interface AskOptions {
  /** How long the answer may take; the server is told. @defaultValue that of the client */
  readonly timeoutMs?: number;
  /** Gives the request up; what it throws then is the signal's reason. */
  readonly signal?: StopSignal;
  /** The request's id, of letters, digits and `_ . : / + = -`, at most 128 of them. @defaultValue one of the server's */
  readonly requestId?: string;
  /** Who asks, of the same letters: beside a canary, the same visitor always gets the same version. */
  readonly visitor?: string;
}

/** Asks one method: a row for one answer, an array of rows for an array of answers. */
export interface AskMethod<Row, Answer> {
  (rows: readonly Row[], options?: AskOptions): PendingAnswer<Answer[]>;
  /** A row that is itself an array is sent in an array of rows. */
  (row: Row extends readonly unknown[] ? never : Row, options?: AskOptions): PendingAnswer<Answer>;
}

/** The methods of a service that take rows and give an answer for each, as a client calls them. */
export type ClientOf<S, Wire extends WireTypes = WireTypes> = {
  readonly [Name in keyof S as IsPrediction<S[Name], Name>]: AskMethod<
    Told<Wire, Name, "row", RowOf<S[Name]>>,
    Told<Wire, Name, "answer", AsJson<AnswerOf<S[Name]>>>
  >;
};

/** What JSON makes of a value: an instant is a text, and methods are left out. */
export type AsJson<T> =
  T extends SaysItsJson<infer Json>
    ? Json
    : T extends readonly unknown[]
      ? { [Index in keyof T]: AsJson<T[Index]> }
      : T extends object
        ? { [Key in keyof T as T[Key] extends (...given: never) => unknown ? never : Key]: AsJson<T[Key]> }
        : T;

interface SaysItsJson<Json> {
  toJSON(): Json;
}

type IsPrediction<Method, Name> = Method extends (rows: infer Rows) => infer Answers
  ? Rows extends readonly unknown[]
    ? Awaited<Answers> extends readonly unknown[]
      ? Name
      : never
    : never
  : never;

type RowOf<Method> = Method extends (rows: infer Rows) => unknown
  ? Rows extends readonly (infer Row)[]
    ? Row
    : never
  : never;

type AnswerOf<Method> = Method extends (rows: never) => infer Answers
  ? Awaited<Answers> extends readonly (infer Answer)[]
    ? Answer
    : never
  : never;

type Told<Wire, Name, Part extends "row" | "answer", Otherwise> = Name extends keyof Wire
  ? Wire[Name] extends Readonly<Record<Part, infer Own>>
    ? Own
    : Otherwise
  : Otherwise;
