import { appendFileSync, existsSync, writeFileSync } from "node:fs";

/** Fails where the test wants it; else leaves one line for each time that the body ran to here. */
export function mark(name: string): void {
  if (process.env["FAIL_AT"]?.split(",").includes(name)) throw new Error(`${name} was told to fail`);
  if (process.env["TRACE"] !== undefined) appendFileSync(process.env["TRACE"], `${name}\n`);
}

/** Once in a test: true for the first caller, false for all who come later. */
export function isFirst(name: string): boolean {
  const file = `${process.env["TRACE"] ?? ""}.${name}`;
  if (existsSync(file)) return false;
  writeFileSync(file, "");
  return true;
}
