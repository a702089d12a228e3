import { replaceOutputs } from "./replace-outputs.ts";

// The first module of a worker, as one of Node's own may touch its streams when it is loaded: `node:util` does in version 24.
replaceOutputs();
