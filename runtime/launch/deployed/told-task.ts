import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { isRecord } from "../../../sdk/base/is-record.ts";
import { isKeyPart } from "../../datastore/check-key.ts";
import { type RunTrigger, runTrigger } from "../../datastore/kinds/run-trigger.ts";
import { faultIn, fields, optional, orNull, table, text } from "../../datastore/shapes/checks.ts";
import { TASK_VARIABLES } from "../../engines/container/task-variables.ts";
import type { Environment } from "../../settings/environment.ts";

/** What a target has told the process that it has started: see {@link TASK_VARIABLES}. */
export interface ToldTask {
  readonly deployment: string;
  readonly version: number;
  readonly fire: string;
  readonly work: ToldWork;
  /** Why the execution was started. */
  readonly trigger: RunTrigger;
  /** Values of parameters as texts, over those of the version. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The engine in whose place the task runs. */
  readonly engine: string;
  /** Files to write. */
  readonly tell: Readonly<Record<"size" | "items" | "case" | "run", string | null>>;
}

/** Which attempt only lets `@catchError` conclude: this one, the one after the last, or none. */
export type Concludes = "now" | "beyond" | null;

export type ToldWork =
  | {
      readonly kind: "step";
      readonly step: string;
      readonly at: readonly number[];
      readonly concludes: Concludes;
    }
  | { readonly kind: "finish"; readonly status: "succeeded" | "failed" };

const trigger = fields({
  scheduledAt: optional((value) => (value === null || Number.isFinite(instantOf(value)) ? null : " is not a time")),
  parameters: optional(orNull(table(text))),
});

/** @throws MillraceError `MILLRACE_USAGE` that names the variable */
export function readToldTask(env: Environment): ToldTask {
  const [, deployment = "", version = ""] = /^(.+)\/(\d{1,9})$/.exec(told(env, "deployment")) ?? [];
  if (!isKeyPart(deployment)) throw wrong("deployment", { seen: told(env, "deployment"), wanted: "NAME/VERSION" });
  const fire = told(env, "fire");
  if (fire === "") throw wrong("fire", { seen: fire, wanted: "the target's id of the execution" });
  return {
    ...{ deployment, version: Number(version), fire, work: workOf(env), ...triggerOf(told(env, "trigger")) },
    engine: told(env, "engine") || "local",
    tell: {
      ...{ size: fileOf(env, "tellSize"), items: fileOf(env, "tellItems") },
      ...{ case: fileOf(env, "tellCase"), run: fileOf(env, "tellRun") },
    },
  };
}

function workOf(env: Environment): ToldWork {
  const finish = told(env, "finish");
  if (finish === "succeeded" || finish === "failed") return { kind: "finish", status: finish };
  if (finish !== "") throw wrong("finish", { seen: finish, wanted: "succeeded or failed" });
  const [step, at] = [told(env, "step"), told(env, "at")];
  if (!isKeyPart(step)) throw wrong("step", { seen: step, wanted: "the name of a step" });
  if (!/^(\d{1,15}(\.\d{1,15})*)?$/.test(at)) throw wrong("at", { seen: at, wanted: "indices with a dot between" });
  const indices = at === "" ? [] : at.split(".").map(Number);
  return { kind: "step", step, at: indices, concludes: concludesOf(told(env, "conclude")) };
}

function concludesOf(text: string): Concludes {
  if (text === "1") return "now";
  return text === "beyond" ? "beyond" : null;
}

function triggerOf(json: string): Pick<ToldTask, "trigger" | "parameters"> {
  const seen = json === "" ? {} : parsed(json);
  const record = seen as {
    scheduledAt?: unknown;
    events?: unknown;
    runs?: unknown;
    parameters?: ToldTask["parameters"];
  };
  const known = {
    events: Array.isArray(record.events) ? record.events.map(eventAsRecorded) : (record.events ?? []),
    runs: record.runs ?? [],
    scheduledAt: record.scheduledAt == null ? null : instantOf(record.scheduledAt),
  };
  const fault = faultIn(trigger, seen) ?? faultIn(runTrigger, known);
  if (fault !== null) throw wrong("trigger", { seen: `${json.slice(0, 200)} (${fault})`, wanted: "JSON of a trigger" });
  return { trigger: known as RunTrigger, parameters: record.parameters ?? {} };
}

/** Some targets know the time of an event as a text, and cannot hand its data on as they are. */
function eventAsRecorded(event: unknown): unknown {
  if (!isRecord(event)) return event;
  const { dataBase64, ...rest } = event;
  const publishedAt = instantOf(event["publishedAt"]);
  if (typeof dataBase64 !== "string") return { ...rest, publishedAt };
  const data = jsonIn(Buffer.from(dataBase64, "base64").toString());
  if (data !== undefined) return { ...rest, data, publishedAt };
  const wanted = `base64 of JSON in the dataBase64 of the event ${String(event["id"])}`;
  throw wrong("trigger", { seen: JSON.stringify(dataBase64.slice(0, 200)), wanted });
}

function instantOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? Date.parse(value) : NaN;
}

function parsed(json: string): object {
  const value = jsonIn(json);
  if (typeof value === "object" && value !== null) return value;
  throw wrong("trigger", { seen: json.slice(0, 200), wanted: "JSON of a trigger" });
}

/** Undefined for what is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

type Name = keyof typeof TASK_VARIABLES;

function told(env: Environment, name: Name): string {
  return env[TASK_VARIABLES[name]] ?? "";
}

function fileOf(env: Environment, name: Name): string | null {
  return told(env, name) || null;
}

function wrong(name: Name, { seen, wanted }: { seen: string; wanted: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot execute a task of a deployment because ${TASK_VARIABLES[name]} is not ${wanted}: ${seen === "" ? "it is not set" : seen}`,
    hint: "the target of a deployment starts this, not people: deploy again, or start a run with the command run",
  });
}
