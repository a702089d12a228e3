import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { CodePackage, ModuleExports, ModuleFactory, ModuleScope, SourceFile } from "./code-package.ts";
import { parseExternalSpecifier } from "./external-specifier.ts";

export interface LoadOptions {
  /** Where the package's relative paths lie on this machine. */
  readonly root: string;
  /** Name under which the script appears in stack traces. */
  readonly scriptName: string;
  /** Modules that are not looked up: Millrace's own, so that a flow meets the very copy that runs it. */
  readonly own: Readonly<Record<string, ModuleExports>>;
  /** Where Millrace's other entries are looked up, as `millrace/gpu`; null: where a module of the flow's would find them. */
  readonly home: string | null;
  /** Packages of `@env`: resolved from that folder, all others from the flow's. */
  readonly environment: { readonly folder: string; readonly packages: readonly string[] } | null;
  /** Told before a package is first loaded while a step runs; the returned function is told after. */
  readonly loading?: () => () => void;
}

/** Evaluates the flow's modules anew; the packages they import stay loaded. */
export type Evaluate = () => ModuleExports | Promise<ModuleExports>;

/** Compiles a code package and loads what it imports, once; the returned function evaluates it as often as wanted. */
export async function loadPackage(code: CodePackage, options: LoadOptions): Promise<Evaluate> {
  const factory = new vm.Script(code.script, { filename: options.scriptName }).runInThisContext() as ModuleFactory;
  const resolvers = resolversOf(code, options);
  const importModule = async (text: string): Promise<ModuleExports> => {
    const { specifier, from } = parseExternalSpecifier(text);
    return options.own[specifier] ?? (await resolvers.of(specifier, from).import(specifier));
  };
  const modules = await Promise.all(
    code.imports.map(async ({ specifier, names }) => checkedExports(await importModule(specifier), specifier, names)),
  );
  const loaded = new Set<string>();
  const firstLoad = (text: string): (() => void) | undefined => {
    if (loaded.has(text)) return undefined;
    loaded.add(text);
    return options.loading?.();
  };
  const scope: ModuleScope = {
    modules,
    async import(text) {
      const isLoaded = firstLoad(text);
      try {
        return await importModule(text);
      } finally {
        isLoaded?.();
      }
    },
    require(text) {
      const { specifier, from } = parseExternalSpecifier(text);
      const isLoaded = firstLoad(text);
      try {
        return options.own[specifier] ?? resolvers.of(specifier, from).require(specifier);
      } finally {
        isLoaded?.();
      }
    },
    files: sourceFiles(code, options.root),
  };
  return () => factory(scope);
}

interface Resolver {
  import(specifier: string): Promise<ModuleExports>;
  require(specifier: string): unknown;
}

function resolversOf(
  code: CodePackage,
  options: LoadOptions,
): { of(specifier: string, from: string | null): Resolver } {
  const places = new Map<string, Resolver>();
  const at = (file: string): Resolver => {
    const known = places.get(file) ?? resolverAt(file);
    places.set(file, known);
    return known;
  };
  const { environment } = options;
  const isOfEnvironment = (specifier: string) =>
    environment?.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`)) === true;
  return {
    of(specifier, from) {
      if (options.home !== null && specifier.startsWith("millrace/")) return at(options.home);
      if (environment !== null && isOfEnvironment(specifier))
        return at(path.join(environment.folder, "environment.js"));
      return at(path.join(options.root, from ?? code.flowFile));
    },
  };
}

/** Node's own resolution, as if a module at that place asked. */
function resolverAt(file: string): Resolver {
  const importFrom = new vm.Script("(specifier) => import(specifier)", {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (specifier: string) => Promise<ModuleExports>;
  return { import: importFrom, require: createRequire(file) };
}

function checkedExports(module: ModuleExports, specifier: string, names: readonly string[]): ModuleExports {
  const missing = names.filter((name) => !(name in module));
  if (missing.length === 0) return module;
  throw new MillraceError({
    code: "MILLRACE_IMPORT",
    headline: `Cannot import ${missing.join(", ")} from "${specifier}" because it does not export that`,
    details: [`it exports: ${Object.keys(module).slice(0, 20).join(", ")}`],
    hint: "check the spelling and the installed version; a type needs `import type`",
  });
}

function sourceFiles(code: CodePackage, root: string): Record<string, SourceFile> {
  const entries = Object.entries(code.files).map(([id, relative]): [string, SourceFile] => {
    const filename = path.join(root, relative);
    const require = createRequire(filename);
    return [
      id,
      {
        url: pathToFileURL(filename).href,
        filename,
        dirname: path.dirname(filename),
        resolve: (specifier) => pathToFileURL(require.resolve(specifier)).href,
      },
    ];
  });
  return Object.fromEntries(entries);
}
