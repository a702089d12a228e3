import { host } from "../../../../sdk/base/host.ts";

const LOCAL = "local";

/** For an error: how files come to where a task runs. Null in a process of this machine, where they simply are. */
export function whereFilesAre(): string | null {
  const engine = host().task?.current.engine ?? LOCAL;
  if (engine === LOCAL) return null;
  return (
    `this task runs on ${engine}, in ${process.cwd()}, and sees no files of your machine but those that are mounted (mounts of ` +
    `@docker, volumes of @kubernetes, efsVolumes of @batch) or listed under "include" in millrace.config.json; rows that a flow ` +
    `loaded are everywhere: artifact("Flow/name")`
  );
}
