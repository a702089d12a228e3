import { spawn } from "node:child_process";

/** Opens an address in the user's browser; where that cannot be, it says so and nothing fails. */
export function openBrowser(address: string, say: (text: string) => void): void {
  const [program = "", ...args] = COMMANDS[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...args, address], { detached: true, stdio: "ignore" });
  const fail = () => say("no browser could be opened: open the address by hand");
  child.on("error", fail);
  child.on("exit", (code) => {
    if (code !== 0 && code !== null) fail();
  });
  child.unref();
}

const COMMANDS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};
