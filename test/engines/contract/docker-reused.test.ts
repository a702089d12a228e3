import { dockerEngine } from "../../../runtime/engines/docker/docker-engine.ts";
import { DOCKER, IMAGE } from "../../rigs/docker/engine.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { backendContract } from "./backend-contract.ts";

describeWith(DOCKER, "containers of this machine's engine that take several tasks", () => {
  backendContract(() => ({
    engine: dockerEngine,
    datastore: temporaryFolder(),
    isReused: true,
    env: { MILLRACE_IMAGE: IMAGE, MILLRACE_CACHE: temporaryFolder() },
  }));
});
