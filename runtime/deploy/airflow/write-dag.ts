import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { hasCode, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { dagOwner } from "./dag-mark.ts";

export interface DagWork {
  /** The first line of the file. */
  readonly mark: string;
  /** Completes "Cannot … because": `install the DAG`. */
  readonly aim: string;
}

/**
 * Puts the file of a DAG where Airflow finds it: whole, or as it was.
 * @throws MillraceError where something else lies there
 */
export function writeDag(file: string, { text, mark, aim }: DagWork & { readonly text: string }): void {
  // Neither is taken for a DAG: Airflow reads what ends in `.py` or `.zip`.
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    refuseOther(file, { mark, aim });
    fs.writeFileSync(draft, text);
    fs.renameSync(draft, file);
  } catch (cause) {
    fs.rmSync(draft, { force: true });
    if (hasCode(cause, "MILLRACE_DEPLOYMENT")) throw cause;
    throw new MillraceError({
      code: "MILLRACE_DEPLOYMENT",
      headline: `Cannot ${aim} because ${file} cannot be written: ${messageOf(cause)}`,
      hint: "name another folder of Airflow's DAGs in MILLRACE_AIRFLOW_DAGS",
      cause,
    });
  }
}

/** @returns why the file is still there; null once it is gone */
export function removeDag(file: string, mark: string): string | null {
  const { owner, of } = dagOwner(file, mark);
  if (owner !== null && owner !== "ours")
    return owner === "not Millrace's"
      ? `${file} stays: it is no longer what this deployment wrote there`
      : `${file} stays: it is the DAG of ${of}`;
  fs.rmSync(file, { force: true });
  return null;
}

/** @throws MillraceError where a file lies there that is not this deployment's: then neither is the DAG of that name */
export function refuseOther(file: string, { mark, aim }: DagWork): void {
  const { owner, of } = dagOwner(file, mark);
  if (owner === null || owner === "ours") return;
  const isForeign = owner === "not Millrace's";
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${aim} because ${file} is ${isForeign ? "not a file that Millrace made" : `the DAG of ${of}`}`,
    hint: isForeign
      ? "deploy under another name with --name, or move that file out of Airflow's folder of DAGs"
      : "deploy under another name with --name: a DAG's name is its deployment's; or remove that deployment first",
  });
}

/** Where the file of a deployment lies in the folder of DAGs. */
export function dagPath(folder: string, deployment: string): string {
  return path.join(path.resolve(folder), `${deployment}.py`);
}
