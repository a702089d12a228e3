/** Every command, in the order of the help. */
export const COMMAND_NAMES = [
  "run",
  "resume",
  "spin",
  "check",
  "show",
  "graph",
  "runs",
  "status",
  "dump",
  "logs",
  "diff",
  "tag",
  "package",
  "batch",
  "gc",
  "fsck",
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
