import { describe } from "vitest";
import { temporaryFolder } from "../../rigs/harness.ts";
import { childProcessEngine } from "../child-processes/child-process-engine.ts";
import { backendContract } from "./backend-contract.ts";

describe("jobs of an engine made of one folder and one row that take several tasks", () => {
  backendContract(() => ({
    engine: childProcessEngine,
    datastore: temporaryFolder(),
    isReused: true,
    env: { MILLRACE_CACHE: temporaryFolder() },
  }));
});
