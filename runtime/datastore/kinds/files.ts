import { parseRecord } from "../parse-record.ts";
import { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, hash, list } from "../shapes/checks.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";

/** The files in a value, by their hashes in order: a record in a blob, named by the value's reference. */
export interface FileList {
  readonly format: typeof RECORD_FORMAT;
  readonly files: readonly { readonly hash: string; readonly size: number }[];
}

const fileList = fields({ files: list(fields({ hash, size: count })) });

export const filesKind: RecordKind<FileList> = {
  name: "files",
  keys: [],
  parse: (text, key) => parseRecord(text, key, (record) => faultIn(fileList, record)) as FileList,
  *references({ files }) {
    for (const one of files) yield { to: "blob", hash: one.hash, what: `file ${one.hash.slice(0, 8)}…` };
  },
  title: ({ flow, run, step, name }) => (step === "" ? `${flow}/${run}` : `${flow}/${run}/${step}/${name}`),
  loses: ({ flow, run }) => [`files in artifacts of ${flow}/${run}`],
  fix: () => START_ANEW,
};

/** The bytes of such a list: equal for equal files. */
export function fileListBytes(sizes: ReadonlyMap<string, number>): Buffer {
  const files = [...sizes].map(([of, size]) => ({ hash: of, size })).sort((a, b) => (a.hash < b.hash ? -1 : 1));
  return Buffer.from(JSON.stringify({ format: RECORD_FORMAT, files }));
}
