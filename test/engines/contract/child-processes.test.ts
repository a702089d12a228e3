import { beforeAll, describe } from "vitest";
import { temporaryFolder } from "../../e2e/harness.ts";
import { childProcessEngine } from "../child-processes/child-process-engine.ts";
import { backendContract } from "./backend-contract.ts";

describe("an engine made of one folder and one row", () => {
  beforeAll(() => {
    process.env["MILLRACE_CACHE"] = temporaryFolder();
  });

  backendContract(() => ({ engine: childProcessEngine, datastore: temporaryFolder() }));
});
