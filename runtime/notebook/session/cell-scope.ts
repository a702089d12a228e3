import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { SCOPE } from "../compile/scope.ts";

type Import = (specifier: string, options?: { with: Record<string, string> }) => Promise<Record<string, unknown>>;

/** What a cell's script reaches as `__millraceCell`: all that a module has and a script has not. */
export interface CellScope {
  readonly meta: {
    readonly url: string;
    readonly dirname: string;
    readonly filename: string;
    resolve(text: string): string;
  };
  readonly require: NodeJS.Require;
  /** `import` declarations: sets these globals to what the module exports under the other name. */
  bind(specifier: string, names: Record<string, string>, attributes?: Record<string, string>): Promise<void>;
}

/** Installs the scope for a notebook that lies in this folder. */
export function installCellScope(folder: string): void {
  // No such file is needed: imports are resolved as from a module beside the notebook.
  const filename = path.join(folder, "notebook.ts");
  const url = pathToFileURL(filename).href;
  const load = vm.runInThisContext("(specifier, options) => import(specifier, options)", {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Import;
  const require = createRequire(filename);
  const scope: CellScope = {
    meta: { url, dirname: folder, filename, resolve: (text) => pathToFileURL(require.resolve(text)).href },
    require,
    async bind(specifier, names, attributes) {
      const module = exportsOf(await load(specifier, attributes === undefined ? undefined : { with: attributes }));
      for (const [name, from] of Object.entries(names)) {
        if (from === "*") setGlobal(name, module);
        else if (from in module) setGlobal(name, module[from]);
        // A type that was imported without saying so is missing, too: only its use as a value is a mistake.
        else declarePending(name, () => new SyntaxError(`The module "${specifier}" has no export named ${from}`));
      }
    },
  };
  Object.defineProperty(globalThis, SCOPE, { value: scope });
}

/**
 * Where no package.json says "module", the loader compiles TypeScript to CommonJS, and all that the module exports hangs on
 * its default export.
 */
function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const { default: exported } = module;
  const isCompiled = typeof exported === "object" && exported !== null && "__esModule" in exported;
  return isCompiled ? { ...module, ...exported } : module;
}

/** Lets names be assigned that a cell is about to declare. */
export function declareNames(names: readonly string[], vars: readonly string[]): void {
  for (const name of names) {
    if (vars.includes(name)) setGlobal(name, undefined);
    else if (!Object.hasOwn(globalThis, name) || isPending(name)) {
      const shown = name.replace(/^__own_/, "");
      declarePending(name, () => new ReferenceError(`${shown} is not set: the line that declares it has not run`));
    }
  }
}

/** A name that exists, and throws when it is read before it is set. */
function declarePending(name: string, error: () => Error): void {
  Object.defineProperty(globalThis, name, {
    get: Object.assign(
      () => {
        throw error();
      },
      { [PENDING]: true },
    ),
    set: (value: unknown) => setGlobal(name, value),
    configurable: true,
    enumerable: true,
  });
}

const PENDING = Symbol("pending");

function isPending(name: string): boolean {
  const getter = Object.getOwnPropertyDescriptor(globalThis, name)?.get;
  return getter !== undefined && PENDING in getter;
}

function setGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
}
