import type { ChildProcess } from "node:child_process";

/** Tells the address that Node prints when it waits for a debugger. */
export function debuggerWatch(child: ChildProcess, onUrl: (url: string) => void): ChildProcess {
  let said = "";
  const watch = (bytes: Buffer) => {
    said += bytes.toString("latin1");
    const [, url] = /Debugger listening on (ws:\S+)\s/.exec(said) ?? [];
    if (url === undefined) return;
    child.stderr?.off("data", watch);
    onUrl(url);
  };
  child.stderr?.on("data", watch);
  return child;
}
