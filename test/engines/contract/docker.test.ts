import { beforeAll } from "vitest";
import { dockerEngine } from "../../../runtime/engines/docker/docker-engine.ts";
import { DOCKER, IMAGE } from "../../docker/engine.ts";
import { temporaryFolder } from "../../e2e/harness.ts";
import { describeWith } from "../../setup/describe-with.ts";
import { backendContract } from "./backend-contract.ts";

describeWith(DOCKER, "containers of this machine's engine", () => {
  beforeAll(() => {
    process.env["MILLRACE_IMAGE"] = IMAGE;
    process.env["MILLRACE_CACHE"] = temporaryFolder();
  });

  backendContract(() => ({ engine: dockerEngine, datastore: temporaryFolder() }));
});
