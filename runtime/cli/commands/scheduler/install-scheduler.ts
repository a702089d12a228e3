import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { systemdUnit } from "../../../deploy/local/systemd-unit.ts";
import { engineSettingKeys } from "../../../engines/index.ts";
import { ownFile } from "../../../own-file.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InstallFlags } from "./flags.ts";

const NAME = "millrace-scheduler.service";

/** `scheduler install`: writes the unit, and says how to switch it on. */
export function installScheduler(context: StoreContext, flags: InstallFlags): void {
  const { settings, cwd } = context;
  const output = context.output(flags);
  const { slots, listen, user = false, out } = flags;
  const location = settings.datastoreLocation(flags.datastore, engineSettingKeys());
  const options = [
    ...["--datastore", location],
    ...(slots === undefined ? [] : ["--slots", String(slots)]),
    ...(listen === undefined
      ? []
      : ["--listen", `${listen.host.includes(":") ? `[${listen.host}]` : listen.host}:${listen.port}`]),
  ];
  const owner = ownerOf(settings.env["SUDO_USER"]);
  const named = settings.env["MILLRACE_USER"] ?? "";
  const file = out === undefined ? placeFor(user, settings.env["XDG_CONFIG_HOME"]) : userPath(out, cwd);
  const text = systemdUnit({
    command: [process.execPath, ownFile("bin.js"), "scheduler", ...options],
    workingFolder: cwd,
    username: user ? null : owner,
    variables: { MILLRACE_USER: named === "" ? owner : named },
  });
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot write the unit because its place cannot be written: ${file}`,
      details: [messageOf(cause)],
      hint: user ? "name another one with --out" : "call it as root, or use --user, or name another place with --out",
      cause,
    });
  }
  const control = user ? "systemctl --user" : "systemctl";
  const commands = [
    ...(out === undefined ? [] : [`${control} link ${file}`]),
    `${control} daemon-reload`,
    `${control} enable --now ${out === undefined ? NAME : path.basename(file)}`,
    ...(user ? ["loginctl enable-linger"] : []),
  ];
  if (output.isJson) return output.json({ file, commands });
  output.print(
    [`wrote ${file}`, "to start it now and at every boot:", ...commands.map((line) => `  ${line}`)].join("\n"),
  );
}

/** Whoever calls it: with sudo the person who does, not root. */
function ownerOf(sudoUser = ""): string {
  return process.getuid?.() === 0 && sudoUser !== "" ? sudoUser : os.userInfo().username;
}

function placeFor(isUser: boolean, configHome: string | undefined): string {
  if (!isUser) return path.join("/etc/systemd/system", NAME);
  const home = configHome === undefined || configHome === "" ? path.join(os.homedir(), ".config") : configHome;
  return path.join(home, "systemd/user", NAME);
}
