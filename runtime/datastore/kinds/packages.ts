import type { PackageRecord } from "../package-record.ts";
import { parseRecord } from "../parse-record.ts";
import { count, faultIn, fields, list, optional, text } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

const packages = fields({
  packages: list(fields({ name: text, version: text, hash: text, uses: list(count) })),
  roots: list(fields({ text, step: optional(text), packages: list(count) })),
});

export const packagesKind: RecordKind<PackageRecord> = {
  name: "packages",
  keys: [
    {
      key: "flows/<Flow>/<run>/packages.json",
      is: "npm packages that the code could load; written once, soon after the start",
      form: "whole",
    },
  ],
  parse: parsePackages,
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`the packages that ${flow}/${run} used`],
  fix: ({ key }) => `delete ${key}: resume and diff then say nothing about packages`,
};

export function parsePackages(json: string, key: string): PackageRecord {
  return parseRecord(json, key, (record) => faultIn(packages, record)) as PackageRecord;
}
