import fs from "node:fs";
import type { DeployedVersion } from "../deployer.ts";
import { pythonLiteral } from "./python-literal.ts";

const MADE = "# Made by `deploy airflow`: ";
/** The names in it are no longer than this. */
const MARK_BYTES = 16_384;

/**
 * The first line of a DAG's file: only what has it is replaced or removed. Two datastores may have a deployment of the same
 * name, and people files of their own, in one folder of DAGs.
 */
export function dagMark({ version, store }: Pick<DeployedVersion, "version" | "store">): string {
  return `${MADE}${pythonLiteral(version.deployment)} of the datastore ${pythonLiteral(store.storage.location)}`;
}

/** Whose file it is: null where there is none. */
export type DagOwner = "ours" | "another deployment's" | "not Millrace's" | null;

export function dagOwner(file: string, mark: string): { readonly owner: DagOwner; readonly of: string } {
  const line = firstLine(file);
  if (line === null) return { owner: null, of: "" };
  if (line === mark) return { owner: "ours", of: "" };
  return line.startsWith(MADE)
    ? { owner: "another deployment's", of: line.slice(MADE.length) }
    : { owner: "not Millrace's", of: "" };
}

function firstLine(file: string): string | null {
  if (!fs.existsSync(file)) return null;
  const opened = fs.openSync(file, "r");
  try {
    const bytes = Buffer.alloc(MARK_BYTES);
    const length = fs.readSync(opened, bytes, 0, MARK_BYTES, 0);
    return bytes.toString("utf8", 0, length).split(/\r?\n/, 1)[0] ?? "";
  } finally {
    fs.closeSync(opened);
  }
}
