import { host } from "../../../../sdk/base/host.ts";

const LOCAL = "local";

/** For an error: how files come to where a task runs. Null in a process of this machine, where they simply are. */
export function whereFilesAre(): string | null {
  const engine = host().task?.current.engine ?? LOCAL;
  if (engine === LOCAL) return null;
  return (
    `this task runs on ${engine}, in ${process.cwd()}, where the files of your machine are not: mount their folder with an ` +
    `option of @${engine}, list the files under "include" in millrace.config.json, or let a flow load them and use artifact("Flow/name")`
  );
}
