import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** Puts the file of a DAG where Airflow finds it: whole, or as it was. */
export function writeDag(file: string, text: string): void {
  // Neither is taken for a DAG: Airflow reads what ends in `.py` or `.zip`.
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(draft, text);
    fs.renameSync(draft, file);
  } catch (cause) {
    fs.rmSync(draft, { force: true });
    throw new MillraceError({
      code: "MILLRACE_DEPLOYMENT",
      headline: `Cannot install the DAG because ${file} cannot be written: ${messageOf(cause)}`,
      hint: "name another folder of Airflow's DAGs in MILLRACE_AIRFLOW_DAGS",
      cause,
    });
  }
}

/** Where the file of a deployment lies in the folder of DAGs. */
export function dagPath(folder: string, deployment: string): string {
  return path.join(path.resolve(folder), `${deployment}.py`);
}
