/** The code of a run: one self-contained, content-addressed document, the same for every engine. */
export interface CodePackage {
  readonly format: 1;
  /** The flow file, relative to the package's root, with `/`. */
  readonly flowFile: string;
  /** A script whose value is a function: see {@link ModuleFactory}. */
  readonly script: string;
  /** Source map of the script, with the sources. */
  readonly map: string;
  /** What the script takes from outside. */
  readonly imports: readonly ExternalImport[];
  /** Identifier to source file, for `import.meta` and `__dirname`. */
  readonly files: Readonly<Record<string, string>>;
  /** True if the script has a top-level `await`. */
  readonly isAsync: boolean;
}

/** A module that is resolved where the task runs: a Node builtin, Millrace itself or an installed package. */
export interface ExternalImport {
  /** May name the file that imports it: see `externalSpecifier`. */
  readonly specifier: string;
  /** Names that the module must export; `*` and side-effect imports need none. */
  readonly names: readonly string[];
}

/** What the script evaluates to. Each call evaluates the flow's modules afresh. */
export type ModuleFactory = (scope: ModuleScope) => ModuleExports | Promise<ModuleExports>;

export type ModuleExports = Readonly<Record<string, unknown>>;

export interface ModuleScope {
  /** Namespaces of {@link CodePackage.imports}, in that order. */
  readonly modules: readonly ModuleExports[];
  readonly import: (specifier: string, attributes?: ImportCallOptions) => Promise<unknown>;
  readonly require: NodeJS.Require;
  /** `import.meta`, `__dirname` and `__filename` of each source file. */
  readonly files: Readonly<Record<string, SourceFile>>;
}

export interface SourceFile {
  readonly url: string;
  readonly filename: string;
  readonly dirname: string;
  resolve(specifier: string): string;
}
