import { host } from "../../../../sdk/base/host.ts";

const LOCAL = "local";

/** How a task on an engine sees a folder. */
const SEEN: Readonly<Record<string, string>> = {
  docker: "it sees folders that are mounted, by mounts of @docker",
  kubernetes: "it sees folders that are mounted, by volumes of @kubernetes",
  batch: "it sees folders that are mounted, by efsVolumes of @batch",
  slurm: "it sees folders that the nodes share, by their absolute paths",
};

/** For an error: how files come to where a task runs. Null in a process of this machine, where they simply are. */
export function whereFilesAre(): string | null {
  const engine = host().task?.current.engine ?? LOCAL;
  if (engine === LOCAL) return null;
  return (
    `this task runs on ${engine}, in ${process.cwd()}: ${SEEN[engine] ?? "it sees folders that are mounted"}, and files ` +
    `listed under "include" in millrace.config.json; rows that a flow loaded are everywhere: artifact("Flow/name")`
  );
}
