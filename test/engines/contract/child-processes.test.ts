import { describe } from "vitest";
import { temporaryFolder } from "../../rigs/harness.ts";
import { childProcessEngine } from "../child-processes/child-process-engine.ts";
import { backendContract } from "./backend-contract.ts";

describe("an engine made of one folder and one row", () => {
  backendContract(() => ({
    engine: childProcessEngine,
    datastore: temporaryFolder(),
    env: { MILLRACE_CACHE: temporaryFolder() },
  }));
});
