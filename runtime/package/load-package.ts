import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { CodePackage, ModuleExports, ModuleFactory, ModuleScope, SourceFile } from "./code-package.ts";
import { environmentPlace } from "./environment/environment-place.ts";
import { isOfEnvironment } from "./environment/is-of-environment.ts";
import { parseExternalSpecifier } from "./external-specifier.ts";
import { resolvedUrl } from "./resolved-url.ts";
import { isRecord } from "../../sdk/base/is-record.ts";

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
  const importModule = async (text: string, attributes?: ImportCallOptions): Promise<ModuleExports> => {
    const { specifier, from } = parseExternalSpecifier(text);
    return options.own[specifier] ?? (await resolvers.of(specifier, from).import(specifier, attributes));
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
    async import(text, attributes) {
      const isLoaded = firstLoad(text);
      try {
        return await importModule(text, attributes);
      } finally {
        isLoaded?.();
      }
    },
    require: requireOf(resolvers, (text) => {
      const { specifier, from } = parseExternalSpecifier(text);
      const isLoaded = firstLoad(text);
      try {
        return options.own[specifier] ?? resolvers.of(specifier, from).require(specifier);
      } finally {
        isLoaded?.();
      }
    }),
    files: sourceFiles(code, { root: options.root, resolvers }),
  };
  return () => factory(scope);
}

/** What a CommonJS module calls `require`, with all that hangs on it. */
function requireOf(resolvers: Resolvers, load: (text: string) => unknown): NodeJS.Require {
  const own = resolvers.of("", null).require;
  const resolved: NodeJS.RequireResolve = Object.assign(
    (text: string, options?: NodeJS.RequireResolveOptions) => {
      const { specifier, from } = parseExternalSpecifier(text);
      return resolvers.of(specifier, from).require.resolve(specifier, options);
    },
    { paths: (request: string) => own.resolve.paths(request) },
  );
  return Object.assign(load, own, { resolve: resolved });
}

interface Resolver {
  /** A module that lies there would be this file. */
  readonly file: string;
  import(specifier: string, attributes?: ImportCallOptions): Promise<ModuleExports>;
  readonly require: NodeJS.Require;
}

interface Resolvers {
  of(specifier: string, from: string | null): Resolver;
}

function resolversOf(code: CodePackage, options: LoadOptions): Resolvers {
  const places = new Map<string, Resolver>();
  const at = (file: string): Resolver => {
    const known = places.get(file) ?? resolverAt(file);
    places.set(file, known);
    return known;
  };
  const { environment } = options;
  return {
    of(specifier, from) {
      if (options.home !== null && specifier.startsWith("millrace/")) return at(options.home);
      if (environment !== null && isOfEnvironment(specifier, environment.packages))
        return at(environmentPlace(environment.folder));
      return at(path.join(options.root, from ?? code.flowFile));
    },
  };
}

/** Node's own resolution, as if a module at that place asked. */
function resolverAt(file: string): Resolver {
  const importFrom = new vm.Script("(specifier, attributes) => import(specifier, attributes)", {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as Resolver["import"];
  return {
    file,
    require: createRequire(file),
    async import(specifier, attributes) {
      try {
        return await importFrom(specifier, attributes);
      } catch (error) {
        // A module that imports JSON of its own so says the same.
        if (!JSON_ASKED.has((error as NodeJS.ErrnoException).code ?? "") || !isJson(specifier, file)) throw error;
        return namedToo(await importFrom(specifier, { with: { type: "json" } }));
      }
    },
  };
}

/** What Node says of JSON that is imported without an attribute; version 20 has the first name. */
const JSON_ASKED = new Set(["ERR_IMPORT_ASSERTION_TYPE_MISSING", "ERR_IMPORT_ATTRIBUTE_MISSING"]);

function isJson(specifier: string, from: string): boolean {
  try {
    return new URL(resolvedUrl(specifier, from)).pathname.endsWith(".json");
  } catch {
    return false;
  }
}

/** JSON as bundlers and tsx give it, without attributes: its properties have names. */
function namedToo(json: ModuleExports): ModuleExports {
  const value = json["default"];
  return isRecord(value) ? { ...value, ...json } : json;
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

function sourceFiles(
  code: CodePackage,
  { root, resolvers }: { root: string; resolvers: Resolvers },
): Record<string, SourceFile> {
  const entries = Object.entries(code.files).map(([id, relative]): [string, SourceFile] => {
    const filename = path.join(root, relative);
    return [
      id,
      {
        url: pathToFileURL(filename).href,
        filename,
        dirname: path.dirname(filename),
        resolve: (specifier) => resolvedUrl(specifier, resolvers.of(specifier, relative).file),
      },
    ];
  });
  return Object.fromEntries(entries);
}
