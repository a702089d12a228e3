import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { systemdUnit } from "../../runtime/deploy/local/systemd-unit.ts";
import { millrace, temporaryFolder } from "../rigs/harness.ts";

const NAME = "millrace-scheduler.service";
const HAS_SYSTEMD = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].some((file) => fs.existsSync(file));
const ODD = `a $b "c" %d \\e 'f'`;

/** What `scheduler install` writes. */
async function installed(
  args: readonly string[],
  { cwd = temporaryFolder(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ lines: string[]; file: string; commands: string[] }> {
  const file = path.join(cwd, NAME);
  const done = await millrace(["scheduler", "install", "--out", file, "--json", ...args], { cwd, env });
  expect(done.code, done.stderr).toBe(0);
  const { commands } = JSON.parse(done.stdout) as { commands: string[] };
  return { lines: fs.readFileSync(file, "utf8").split("\n"), file, commands };
}

function valueIn(lines: readonly string[], key: string): string | undefined {
  return lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
}

describe("scheduler install", () => {
  test("writes a service that runs as the person who calls sudo", async () => {
    const isRoot = process.getuid?.() === 0;
    const { username } = os.userInfo();
    const { lines, commands } = await installed(["--datastore", "/srv/flows", "--slots", "3"], {
      env: { SUDO_USER: "ada", MILLRACE_USER: "" },
    });
    expect(valueIn(lines, "User")).toBe(isRoot ? "ada" : username);
    expect(valueIn(lines, "Environment")).toBe(`MILLRACE_USER=${isRoot ? "ada" : username}`);
    expect(valueIn(lines, "ExecStart")).toMatch(/ scheduler --datastore \/srv\/flows --slots 3$/);
    expect(commands).toContain(`systemctl enable --now ${NAME}`);
  });

  test("without sudo it runs as whoever calls it, and MILLRACE_USER is kept", async () => {
    const { lines } = await installed([], { env: { SUDO_USER: "", MILLRACE_USER: "team" } });
    expect(valueIn(lines, "User")).toBe(os.userInfo().username);
    expect(valueIn(lines, "Environment")).toBe("MILLRACE_USER=team");
  });

  test("--user makes one for the own systemd, which names no user", async () => {
    const { lines, commands } = await installed(["--user"]);
    expect(valueIn(lines, "User")).toBeUndefined();
    expect(valueIn(lines, "WantedBy")).toBe("default.target");
    expect(commands).toContain("loginctl enable-linger");
  });

  test("a place that cannot be written is told with what to do", async () => {
    const cwd = temporaryFolder();
    fs.writeFileSync(path.join(cwd, "taken"), "");
    const done = await millrace(["scheduler", "install", "--out", path.join(cwd, "taken/unit.service")], { cwd });
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining("name another place with --out")]);
  });
});

describe("a unit of systemd", () => {
  const unit = (program: string) =>
    systemdUnit({
      command: [program, `/srv/${ODD}/bin.js`, "--datastore", "/srv/plain"],
      workingFolder: `/srv/${ODD}`,
      username: "ada",
      variables: { MILLRACE_USER: ODD },
    }).split("\n");

  test("has $ doubled in arguments alone, % everywhere, and quotes where words are split", () => {
    const lines = unit("/opt/my $node/bin/node");
    const quoted = String.raw`a $b \"c\" %%d \\e 'f'`;
    expect(valueIn(lines, "ExecStart")).toBe(
      `"/opt/my $node/bin/node" "/srv/${quoted.replace("$", "$$$$")}/bin.js" --datastore /srv/plain`,
    );
    expect(valueIn(lines, "WorkingDirectory")).toBe(`/srv/${ODD.replace("%", "%%")}`);
    expect(valueIn(lines, "Environment")).toBe(`"MILLRACE_USER=${quoted}"`);
  });

  test("starts a program whose path systemd would refuse through a shell", () => {
    expect(valueIn(unit("/opt/it's/node"), "ExecStart")).toContain(
      String.raw`/bin/sh -c "exec \"$$0\" \"$$@\"" "/opt/it's/node" `,
    );
  });

  test.skipIf(!HAS_SYSTEMD).each(["plain", "with a space", "$HOME", "100%", `"quoted"`, "back\\slash", "it's"])(
    "passes systemd's own check with a program and a folder named %s",
    (name) => {
      const folder = path.join(temporaryFolder(), name);
      fs.mkdirSync(folder);
      const program = path.join(folder, "node");
      fs.copyFileSync("/bin/true", program);
      const file = path.join(temporaryFolder(), NAME);
      const command = [program, path.join(folder, "bin.js"), "scheduler"];
      const variables = { MILLRACE_USER: name };
      fs.writeFileSync(file, systemdUnit({ command, workingFolder: folder, username: null, variables }));
      execFileSync("systemd-analyze", ["verify", file], { stdio: "pipe" });
      expect(fs.existsSync(file)).toBe(true);
    },
  );
});
