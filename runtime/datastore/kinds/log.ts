import { damagedRecord } from "../parse-record.ts";
import type { RecordKind } from "./record-kind.ts";

/** What an attempt wrote to its output. */
export const logKind: RecordKind<string> = {
  name: "log",
  keys: [{ key: "flows/<Flow>/<run>/logs/<step>/<task>-<attempt>.log", is: "", form: "lines" }],
  isLarge: true,
  parse(line, key) {
    if (!/^\d+ [oOeEp] /.test(line)) throw damagedRecord(key, "it is not a line of a log");
    return line;
  },
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`some output of ${flow}/${run}`],
  fix: () => "nothing else needs it",
};
