import { describe, expect, test } from "vitest";
import { openEditor } from "./open-editor.ts";

/** A flow that begins like this, before its class and in it. */
function flow({ before = "", member = "" }): string {
  return `import { catchError, config, FlowSpec, includeFile, onExit, parameter, project, retry, step, timeout } from "millrace";
import * as valibot from "valibot";
${before}
class SampleFlow extends FlowSpec {
  ${member}
  @step end() {}
}
`;
}

const STANDARD = openEditor({ dialect: "standard" });
const LEGACY = openEditor({ dialect: "legacy" });

const EDITORS = [
  { dialect: "standard", editor: STANDARD, method: "(() => void)" },
  { dialect: "legacy", editor: LEGACY, method: "TypedPropertyDescriptor<() => void>" },
] as const;

describe.each(EDITORS)("in the $dialect dialect", ({ dialect, editor, method }) => {
  const problems = (member: string) => editor.problems(flow({ member }));

  test("a decorator without its parentheses is told to have them", { timeout: 120_000 }, () => {
    for (const name of ["retry", "timeout", "catchError"])
      expect(problems(`@${name} @step start() {}`)).toEqual([
        `Decorator function return type 'Refused<"@${name} needs parentheses: write @${name}()">' is not assignable to type 'void | ${method}'.`,
      ]);
    for (const name of ["config", "includeFile"])
      expect(problems(`@${name} rules = "rules.txt";`).join("\n")).toContain(
        `'Refused<"@${name} needs parentheses: write @${name}()">'`,
      );
    const [first] = editor.problems(flow({ before: "@retry" }));
    expect(first).toContain(dialect === "standard" ? "write @retry()" : "write @name()");
  });

  test("what cannot be a step is told what a step is", { timeout: 120_000 }, () => {
    expect(problems("@step start = () => { this.next(this.end); };")).toEqual([
      dialect === "standard"
        ? `Decorator function return type 'Refused<"a step is a method: write start() { … }">' is not assignable to type 'void | ((this: SampleFlow, value: () => void) => () => void)'.`
        : `Decorator function return type is 'Refused<"a step is a method: write start() { … }">' but is expected to be 'void' or 'any'.`,
    ]);
    for (const member of ["@step start(): number { return 1; }", "@step start(a: number, b: number) { void [a, b]; }"])
      expect(problems(member).join("\n")).toMatch(
        /^Decorator function return type 'Refused<"a step takes one argument at most, an item or a join's inputs, and returns nothing">' is not [^\n]*$/,
      );
    expect(problems("@step get start() { return 1; }").join("\n")).toContain(
      `'Refused<"a step is a method of the flow's class">'`,
    );
  });

  test("a mistyped option is still named, and the nearest one offered", { timeout: 120_000 }, () => {
    expect(problems("@retry({ time: 2 }) @step start() {}")).toEqual([
      "Object literal may only specify known properties, and 'time' does not exist in type 'OptionsOrFactory<RetryOptions>'.",
    ]);
    expect(problems("@parameter({ requird: true }) size = 1;")).toEqual([
      "Object literal may only specify known properties, but 'requird' does not exist in type 'ParameterOptions<unknown, never>'. Did you mean to write 'required'?",
    ]);
    expect(problems("@step({ strt: true }) start() {}")).toEqual([
      "Object literal may only specify known properties, but 'strt' does not exist in type 'StepOptions'. Did you mean to write 'start'?",
    ]);
    const offered = (member: string) => editor.completions(flow({ member }));
    expect(offered("@step({ st‸ }) start() {}")).toEqual(["end", "start"]);
    expect(offered("@parameter({ choices: [1], h‸ }) size = 1;")).toEqual([
      "env",
      "help",
      "hidden",
      "required",
      "schema",
    ]);
    expect(offered("@timeout({ mi‸ }) @step start() {}")).toEqual(["hours", "minutes", "seconds"]);
  });
});

describe("in the standard dialect alone, which tells a decorator the type of its field", () => {
  const problems = (member: string) => STANDARD.problems(flow({ member }));

  test("a schema gives what the field can keep", { timeout: 120_000 }, () => {
    expect(problems('@parameter({ schema: valibot.number() }) rate = "fast";')).toEqual([
      `Decorator function return type 'Refused<"what the schema gives does not fit the field's type">' is not assignable to type 'void | ((this: SampleFlow, value: string) => string)'.`,
    ]);
    for (const fitting of [
      "@parameter({ schema: valibot.number() }) readonly rate = 0.1;",
      "@parameter({ schema: valibot.optional(valibot.number()) }) rate = 0.1;",
      "@parameter({ schema: valibot.number() }) rate?: number;",
      '@parameter({ schema: valibot.picklist(["small", "large"]) }) size = "small";',
      "@parameter({ schema: valibot.array(valibot.string()) }) days: readonly string[] = [];",
      "@parameter({ schema: valibot.number() }) private rate: unknown;",
    ])
      expect(problems(fitting)).toEqual([]);
  });

  test("a choice is one that the field can keep", { timeout: 120_000 }, () => {
    expect(problems('@parameter({ choices: [8, 16] }) size = "small";')).toEqual([
      `Decorator function return type 'Refused<"choice 8 does not fit the field's type" | "choice 16 does not fit the field's type">' is not assignable to type 'void | ((this: SampleFlow, value: string) => string)'.`,
    ]);
    expect(problems('@parameter({ choices: ["small", "huge"] }) size: "small" | "large" = "small";')).toEqual([
      `Decorator function return type 'Refused<"choice huge does not fit the field's type">' is not assignable to type 'void | ((this: SampleFlow, value: "small" | "large") => "small" | "large")'.`,
    ]);
    for (const fitting of [
      "@parameter({ choices: [8, 16] }) readonly factors = 16;",
      '@parameter({ choices: ["small"] as string[] }) size: "small" | "large" = "small";',
      "@parameter({ choices: [true] }) isQuick = true;",
      '@parameter({ choices: ["a", 1] }) mixed: string | number = 1;',
    ])
      expect(problems(fitting)).toEqual([]);
  });

  test("an editor offers the fields that can receive an error, and others go as well", { timeout: 120_000 }, () => {
    const offered = (option: string) =>
      STANDARD.completions(
        flow({
          member: `problem?: Error; score = 0; private hidden: unknown; @catchError(${option}) @step start() {}`,
        }),
      );
    expect(offered('{ as: "‸" }')).toEqual(["problem", "score"]);
    expect(offered('{ as: "pro‸" }')).toEqual(["problem", "score"]);
    for (const field of ["problem", "hidden", "undeclared"])
      expect(
        problems(`problem?: Error; private hidden: unknown; @catchError({ as: "${field}" }) @step start() {}`),
      ).toEqual([]);
    expect(problems("@catchError({ as: 1 }) @step start() {}")).toEqual([
      expect.stringMatching(/^Type 'number' is not assignable to type /),
    ]);
  });

  test("a decorator of classes without its parentheses is told to have them", { timeout: 120_000 }, () => {
    expect(STANDARD.problems(flow({ before: "@project" }))).toEqual([
      `Decorator function return type 'Refused<"@project needs parentheses: write @project({ name: … })">' is not assignable to type 'void | typeof SampleFlow'.`,
    ]);
    expect(STANDARD.problems(flow({ before: "@onExit" })).join("\n")).toContain("write @onExit()");
  });
});
