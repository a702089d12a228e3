import type { Command } from "commander";
import { ownProgram } from "../../own-program.ts";
import type { CliContext, StoreContext } from "../cli-context.ts";

/** What the command line knows of a command before it loads it. */
interface CommandCommon {
  readonly name: string;
  /** It executes code of the user's: tasks of a flow, cells of a notebook, deployments. It goes on when nobody can watch. */
  readonly executes?: "tasks" | "cells" | "deployments";
  /** Started by Millrace itself: no help names it. */
  readonly isInternal?: true;
  /** With this option stdout is for one document, whatever the flow's modules print while they are evaluated. */
  readonly documentOption?: string;
  /** A word of its own follows the name: `tag list`. */
  readonly hasSubcommands?: true;
}

/** A command that reads the flow's class. */
export interface FlowCommandRow extends CommandCommon {
  readonly about: "flow";
  load(): Promise<(context: CliContext) => Command>;
}

/** A command about what a datastore holds: a flow file only says which flow is meant. */
export interface StoreCommandRow extends CommandCommon {
  readonly about: "store";
  /** It takes files of its own kind: one that is named is not a flow. */
  readonly takesFiles?: true;
  load(): Promise<(context: StoreContext) => Command>;
}

/** A command that has nothing to do with a flow: flow files do not have it. */
export interface LonelyCommandRow extends CommandCommon {
  readonly about: "nothing";
  /** A line of `millrace --help`. */
  readonly example: { readonly args: string; readonly text: string };
  load(): Promise<() => Command>;
}

export type CommandRow = FlowCommandRow | StoreCommandRow | LonelyCommandRow;

/** Every command, in the order of the help; what a row loads is a folder beside this file. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "run",
    about: "flow",
    executes: "tasks",
    load: async () => (await import("./run/command.ts")).runCommand,
  },
  {
    name: "resume",
    about: "flow",
    executes: "tasks",
    load: async () => (await import("./resume/command.ts")).resumeCommand,
  },
  {
    name: "spin",
    about: "flow",
    executes: "tasks",
    load: async () => (await import("./spin/command.ts")).spinCommand,
  },
  { name: "dev", about: "flow", load: async () => (await import("./dev/command.ts")).devCommand },
  { name: "check", about: "flow", load: async () => (await import("./check/command.ts")).checkCommand },
  { name: "show", about: "flow", load: async () => (await import("./show/command.ts")).showCommand },
  { name: "graph", about: "flow", load: async () => (await import("./graph/command.ts")).graphCommand },
  { name: "runs", about: "store", load: async () => (await import("./runs/command.ts")).runsCommand },
  { name: "status", about: "store", load: async () => (await import("./status/command.ts")).statusCommand },
  { name: "top", about: "store", load: async () => (await import("./top/command.ts")).topCommand },
  { name: "stop", about: "store", load: async () => (await import("./stop/command.ts")).stopCommand },
  { name: "dump", about: "store", load: async () => (await import("./dump/command.ts")).dumpCommand },
  { name: "logs", about: "store", load: async () => (await import("./logs/command.ts")).logsCommand },
  {
    name: "card",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./card/command.ts")).cardCommand,
  },
  { name: "usage", about: "store", load: async () => (await import("./usage/command.ts")).usageCommand },
  { name: "diff", about: "store", load: async () => (await import("./diff/command.ts")).diffCommand },
  { name: "ui", about: "store", load: async () => (await import("./ui/command.ts")).uiCommand },
  {
    name: "tag",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./tag/command.ts")).tagCommand,
  },
  {
    name: "models",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./models/command.ts")).modelsCommand,
  },
  {
    name: "features",
    about: "store",
    hasSubcommands: true,
    takesFiles: true,
    load: async () => (await import("./features/command.ts")).featuresCommand,
  },
  { name: "monitor", about: "store", load: async () => (await import("./monitor/command.ts")).monitorCommand },
  {
    name: "deploy",
    about: "flow",
    documentOption: "--only-spec",
    load: async () => (await import("./deploy/command.ts")).deployCommand,
  },
  {
    name: "deployments",
    about: "store",
    load: async () => (await import("./deployments/command.ts")).deploymentsCommand,
  },
  {
    name: "deployment",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./deployment/command.ts")).deploymentCommand,
  },
  { name: "schedules", about: "store", load: async () => (await import("./schedules/command.ts")).schedulesCommand },
  { name: "package", about: "flow", load: async () => (await import("./package/command.ts")).packageCommand },
  {
    name: "jobs",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./jobs/command.ts")).jobsCommand,
  },
  {
    name: "batch",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./jobs/command.ts")).batchCommand,
  },
  {
    name: "event",
    about: "store",
    hasSubcommands: true,
    load: async () => (await import("./event/command.ts")).eventCommand,
  },
  {
    name: "scheduler",
    about: "store",
    executes: "deployments",
    hasSubcommands: true,
    load: async () => (await import("./scheduler/command.ts")).schedulerCommand,
  },
  {
    name: "drive",
    about: "store",
    executes: "tasks",
    isInternal: true,
    load: async () => (await import("./drive/command.ts")).driveCommand,
  },
  {
    name: "step",
    about: "store",
    executes: "tasks",
    isInternal: true,
    load: async () => (await import("./step/command.ts")).stepCommand,
  },
  { name: "gc", about: "store", load: async () => (await import("./gc/command.ts")).gcCommand },
  { name: "fsck", about: "store", load: async () => (await import("./fsck/command.ts")).fsckCommand },
  {
    name: "init",
    about: "nothing",
    example: { args: "my-flows", text: "a new project: --template hello, train, nightly or monorepo" },
    load: async () => (await import("./init/command.ts")).initCommand,
  },
  {
    name: "notebook",
    about: "nothing",
    executes: "cells",
    example: { args: "--help", text: "TypeScript in notebooks" },
    load: () => Promise.resolve(apart<typeof import("./notebook/command.ts")>("notebook").notebookCommand),
  },
  {
    name: "configure",
    about: "nothing",
    example: { args: "aws", text: "where runs store and compute on AWS" },
    load: () => Promise.resolve(apart<typeof import("./configure/command.ts")>("configure").configureCommand),
  },
];

/** Those that a flow file has. */
export function flowCommands(): readonly (FlowCommandRow | StoreCommandRow)[] {
  return COMMANDS.filter((row) => row.about !== "nothing");
}

/** Those that people call. */
export function shownCommands(): readonly CommandRow[] {
  return COMMANDS.filter((row) => row.isInternal !== true);
}

export function commandNamed(name: string | undefined): CommandRow | undefined {
  return COMMANDS.find((row) => row.name === name);
}

/** Large, and of no use to flows: a script of its own. */
function apart<Module>(name: string): Module {
  return ownProgram(name, "command") as Module;
}
