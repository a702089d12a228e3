import { describe } from "vitest";
import { temporaryFolder } from "../../e2e/harness.ts";
import { backendContract } from "./backend-contract.ts";

describe("processes of this machine", () => {
  backendContract(() => ({ engine: "local", datastore: temporaryFolder() }));
});
