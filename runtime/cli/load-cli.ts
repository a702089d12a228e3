import type { AnyClass } from "../../sdk/base/metadata.ts";
import { ownProgram } from "../own-program.ts";

/** What `dist/cli.cjs` offers those that start it: a flow file that is a program, and `millrace`. */
export interface CommandLineProgram {
  runFromFlowFile(flows: readonly AnyClass[], flowFile: string, argv: readonly string[]): Promise<void>;
  runFromServiceFile(services: readonly GivenService[], serviceFile: string, argv: readonly string[]): Promise<void>;
  runBin(argv: readonly string[]): Promise<void>;
  reportLoadFailure(thrown: unknown, program: UnreadProgram): Promise<void>;
  /** True for a word that commands flows. */
  isFlowCommand(word: string): boolean;
  /** True for a word that commands services. */
  isServiceCommand(word: string): boolean;
}

/** A file that was started as a program and threw before it could say what it declares. */
export interface UnreadProgram {
  readonly argv: readonly string[];
  /** What is in it, as far as its text says. */
  readonly declares: "flow" | "service";
}

/** What a file gave to `serve()`. */
export interface GivenService {
  readonly Service: AnyClass;
  /** The flow that answers files with it. */
  predictFlow(): AnyClass;
}

const WORD = /^[a-z]{2,12}$/;

/** The command line, which loads in one piece when it is called for. */
export function loadCli(): CommandLineProgram {
  // Of a flow file that is a program the first word is the command; `millrace` may have the file before it.
  const command = process.argv.slice(2, 4).find((word) => WORD.test(word)) ?? "other";
  return (ownProgram("cli", command) as { commandLine: CommandLineProgram }).commandLine;
}
