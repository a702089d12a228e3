/** What `dist/cli.cjs` offers those that start it: a flow file that is a program, and `millrace`. */
export { reportLoadFailure, runFromFlowFile } from "./cli.ts";
export { commandNamed } from "./commands/index.ts";
export { runBin } from "./run-bin.ts";
