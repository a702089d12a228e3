import { describe } from "vitest";
import { deposits } from "./deposits.ts";
import { files } from "./files.ts";
import { growing } from "./growing.ts";
import { keys } from "./keys.ts";
import { names } from "./names.ts";
import { processes } from "./processes.ts";
import type { MakeStorage } from "./under-test.ts";
import { wholeObjects } from "./whole-objects.ts";

export interface ContractOptions {
  /** False for a storage that lives in one process. */
  readonly isShared?: boolean;
}

/** What every storage promises; `make` gives each test an empty one. */
export function storageContract(name: string, make: MakeStorage, { isShared = true }: ContractOptions = {}): void {
  describe(`${name}: whole objects`, () => wholeObjects(make));
  describe(`${name}: names`, () => names(make));
  describe(`${name}: deposits and announcements`, () => deposits(make));
  describe(`${name}: files`, () => files(make));
  describe(`${name}: objects that grow`, () => growing(make));
  if (isShared) describe(`${name}: keys`, () => keys(make));
  if (isShared) describe(`${name}: several processes`, () => processes(make));
}
