/** What a unit of systemd starts. */
export interface SystemdUnitOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly workingFolder: string;
  /** Null for a user's own systemd. */
  readonly username: string | null;
  /** Variables that it needs beside its own, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A service that is always there; only the scheduler ends with it, runs go on. */
export function systemdUnit({ command, workingFolder, username, variables }: SystemdUnitOptions): string {
  const lines = [
    "[Unit]",
    "Description=Millrace scheduler",
    "After=network-online.target",
    "Wants=network-online.target",
    "",
    "[Service]",
    `ExecStart=${commandLine(command)}`,
    `WorkingDirectory=${escaped(workingFolder)}`,
    ...(username === null ? [] : [`User=${username}`]),
    ...Object.entries(variables).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    "# For MILLRACE_EVENT_TOKEN, credentials and whatever flows read; a missing file is no error.",
    `EnvironmentFile=-${username === null ? "%E/millrace.env" : "/etc/millrace.env"}`,
    "# Runs are processes of their own: the scheduler that comes next finds them.",
    "KillMode=process",
    "Restart=always",
    "RestartSec=2",
    "",
    "[Install]",
    `WantedBy=${username === null ? "default.target" : "multi-user.target"}`,
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * `$` begins a variable in arguments, unless it is doubled; the program's own path is taken as it stands, and refused where it
 * has quotes or backslashes: a shell then has it as an argument.
 */
function commandLine(command: readonly string[]): string {
  const [program = "", ...words] = /["'\\]/.test(command[0] ?? "")
    ? ["/bin/sh", "-c", 'exec "$0" "$@"', ...command]
    : command;
  return [quoted(program), ...words.map((word) => quoted(word).replaceAll("$", "$$$$"))].join(" ");
}

/** A word of a line that systemd splits into words. */
function quoted(word: string): string {
  const text = escaped(word);
  if (/^[\w@+=:,./%$-]+$/.test(text)) return text;
  const marked = text.replaceAll("\\", "\\\\").replaceAll('"', String.raw`\"`);
  return `"${marked.replaceAll("\n", String.raw`\n`)}"`;
}

/** A line that is one value as a whole has no quotes. */
function escaped(text: string): string {
  return text.replaceAll("%", "%%");
}
