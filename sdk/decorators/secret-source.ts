import { isRecord } from "../base/is-record.ts";
import { nearest } from "../base/nearest.ts";
import { wrongOption } from "./decorator-definition.ts";
import { type Reader, textOption } from "./reader.ts";

/** Where secrets come from. */
export type SecretSource =
  /** A file of `NAME=value` lines, relative to the flow's file. */
  | { readonly type: "env-file"; readonly path: string }
  /** Values that the code computes, from `process.env` for instance; never write them into the source. */
  | { readonly type: "inline"; readonly vars: Readonly<Record<string, string | undefined>> }
  /** A file with one secret, of this machine, relative to the flow's file, or else of the machine that runs the task. */
  | ({ readonly type: "file"; readonly path: string } & SecretChoice)
  /** A secret in AWS Secrets Manager, by name or ARN: the task reads it with its own role. */
  | ({
      readonly type: "aws-secrets-manager";
      /** Its name or its ARN. */
      readonly id: string;
      /** Where it is kept. @defaultValue that of the ARN, else that of the task's surroundings */
      readonly region?: string;
    } & SecretChoice)
  /** A parameter in AWS Systems Manager's Parameter Store, decrypted: the task reads it with its own role. */
  | ({
      readonly type: "aws-parameter-store";
      /** Its whole name, `/prod/db-password`, or its ARN. */
      readonly name: string;
      /** Where it is kept. @defaultValue that of the ARN, else that of the task's surroundings */
      readonly region?: string;
    } & SecretChoice)
  /** A Secret of the cluster, for steps on Kubernetes: each of its keys is a variable. */
  | ({
      readonly type: "kubernetes";
      /** Of the Secret, in the namespace of the step's pods. */
      readonly name: string;
    } & SecretChoice);

/**
 * What is taken of a secret. A JSON object gives a variable for each of its keys; any other text is one variable, named
 * after the last part of the secret's name in upper case: `prod/db-password` gives `DB_PASSWORD`.
 */
export interface SecretChoice {
  /** Only this key of the object. */
  readonly key?: string;
  /** Name of the variable, where there is one. */
  readonly as?: string;
}

const CHOICE = { key: textOption(), as: variableOption() };

/** The options of each kind: those without `isOptional` are needed. */
const KINDS: Readonly<Record<SecretSource["type"], SourceTable>> = {
  "env-file": { needed: { path: textOption() }, further: {} },
  inline: { needed: { vars: varsOption() }, further: {} },
  file: { needed: { path: textOption() }, further: CHOICE },
  "aws-secrets-manager": { needed: { id: textOption() }, further: { region: textOption(), ...CHOICE } },
  "aws-parameter-store": { needed: { name: textOption() }, further: { region: textOption(), ...CHOICE } },
  kubernetes: { needed: { name: kubernetesName() }, further: CHOICE },
};

interface SourceTable {
  readonly needed: Readonly<Record<string, Reader<unknown>>>;
  readonly further: Readonly<Record<string, Reader<unknown>>>;
}

/** @throws MillraceError for what is no source, with what is wrong with it; never with a value */
export function secretSource(given: unknown): SecretSource {
  if (!isRecord(given) || typeof given["type"] !== "string") throw wrong("a source is an object with a type", types());
  const { type, ...options } = given;
  const table = Object.hasOwn(KINDS, type) ? KINDS[type as SecretSource["type"]] : undefined;
  if (table === undefined) {
    const meant = nearest(type, Object.keys(KINDS));
    throw wrong(`there is no source of type ${type}`, meant === null ? types() : `did you mean ${meant}?`);
  }
  const known = { ...table.needed, ...table.further };
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(known, option)) continue;
    throw wrong(`a source of type ${type} has no ${option}`, `it takes ${Object.keys(known).join(", ")}`);
  }
  for (const [option, reader] of Object.entries(known)) {
    const value = options[option];
    if (value === undefined && Object.hasOwn(table.further, option)) continue;
    if (reader.read(value) === undefined)
      throw wrong(`${option} of a source of type ${type} must be ${reader.expects}`, `write ${signature(type, table)}`);
  }
  return given as unknown as SecretSource;
}

function signature(type: string, { needed }: SourceTable): string {
  return `{ type: "${type}", ${Object.keys(needed).join(", ")} }`;
}

function types(): string {
  return `use ${Object.keys(KINDS).join(", ")}: { type: "env-file", path: ".env" }`;
}

function wrong(problem: string, hint: string): Error {
  return wrongOption("secrets", problem, hint);
}

function varsOption(): Reader<object> {
  return {
    expects: "an object of values: { NAME: value }",
    read: (value) => (typeof value === "object" && value !== null ? value : undefined),
    parse: () => null,
  };
}

function variableOption(): Reader<string> {
  return {
    expects: "the name of a variable: letters, digits and _",
    read: (value) => (typeof value === "string" && /^[A-Za-z_]\w*$/.test(value) ? value : undefined),
    parse: (text) => text,
  };
}

/** As the cluster names its Secrets: it becomes part of a path. */
function kubernetesName(): Reader<string> {
  return {
    expects: "the name of a Secret",
    read: (value) => (typeof value === "string" && /^[a-z0-9][a-z0-9.-]{0,252}$/.test(value) ? value : undefined),
    parse: (text) => text,
  };
}
