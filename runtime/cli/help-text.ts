import { shownCommands } from "./commands/index.ts";

/** `millrace --help`: what can be said before a flow is read. */
export function helpText(): string {
  const examples = [
    ["run flow.ts", "run a flow"],
    ["run flow.ts#Name", "where a file has several"],
    ["flow.ts", "all commands of that flow"],
    ["gc", "what is about a datastore needs no flow file"],
    ...shownCommands().flatMap((row) =>
      row.about === "nothing" ? [[`${row.name} ${row.example.args}`, row.example.text]] : [],
    ),
  ];
  return [
    "Usage: millrace <command> <flow file> [options]",
    "",
    ...examples.map(([args = "", text = ""]) => `  millrace ${args.padEnd(22)} ${text}`),
    "",
    `Commands: ${namesOf(shownCommands().filter(({ about }) => about !== "nothing"))}`,
    `Without a flow file as well: ${namesOf(shownCommands().filter(({ about }) => about === "store"))}`,
    "Options:  -h, --help   -V, --version",
  ].join("\n");
}

function namesOf(rows: readonly { readonly name: string }[]): string {
  return rows.map(({ name }) => name).join(", ");
}
