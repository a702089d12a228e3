import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import type { BuildFailure, Loader, Message, Plugin } from "esbuild";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { environment } from "../config.ts";
import { spawnRefusal } from "../text/spawn-refusal.ts";
import { moduleText } from "../graph/read/module-text.ts";
import type { CodePackage } from "./code-package.ts";
import { externalSpecifier } from "./external-specifier.ts";
import { packageName } from "./ship/locate-package.ts";
import { factoryScript } from "./factory-script.ts";

export interface Bundle {
  readonly code: CodePackage;
  /** The folder that the package's paths are relative to: the nearest one with a package.json. */
  readonly root: string;
}

export interface BundleOptions {
  /** The file's content, where it is not on the disk. */
  readonly source?: string | undefined;
  /** A module beside the file that stands for it, and imports it. */
  readonly wrapper?: string | undefined;
}

/**
 * Bundles a flow file and the modules of its project into one code package. Installed packages stay outside.
 * @throws MillraceError with the place of each syntax error or import that cannot be resolved.
 */
export async function bundleFlow(flowFile: string, { source, wrapper }: BundleOptions = {}): Promise<Bundle> {
  // Required, not imported: Node would first parse all of its CommonJS source to learn the names of its exports.
  const { build, transform } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const root = packageRoot(flowFile);
  const files: Record<string, string> = {};
  try {
    const result = await build({
      absWorkingDir: root,
      ...(wrapper === undefined
        ? { entryPoints: [isOnDisk(flowFile, source) ? flowFile : ENTRY] }
        : { stdin: { contents: wrapper, resolveDir: path.dirname(flowFile), sourcefile: "millrace-wrapper.js" } }),
      outfile: "flow.js",
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "node20",
      keepNames: true,
      sourcemap: "external",
      logLevel: "silent",
      plugins: [
        entryIs(flowFile),
        ...(source === undefined ? [] : [sourceIs(flowFile, source)]),
        ownModulesOnly(root),
        placesOfSources({ root, files, transform }),
      ],
    });
    const [map = "", module = ""] = ["flow.js.map", "flow.js"].map(
      (name) => result.outputFiles.find((file) => path.basename(file.path) === name)?.text ?? "",
    );
    const sorted = Object.fromEntries(Object.entries(files).sort());
    const code: CodePackage = {
      format: 1,
      flowFile: slashed(path.relative(root, flowFile)),
      ...factoryScript(module),
      map,
      files: sorted,
    };
    return { code, root };
  } catch (error) {
    if (error instanceof Error && "errors" in error) throw explained(error as BuildFailure, { flowFile, root });
    if (error instanceof Error && /\bspawn\b/.test(error.message)) throw notStarted(error, flowFile);
    throw error;
  }
}

/** Stands for a file's name that could be taken for a pattern, or that esbuild would not find. */
const ENTRY = "millrace-entry";

/** esbuild compiles what it finds itself as the nearest tsconfig.json says; a plugin's answer only has a path. */
function isOnDisk(flowFile: string, source: string | undefined): boolean {
  return source === undefined && !flowFile.includes("*");
}

function entryIs(flowFile: string): Plugin {
  return {
    name: "entry-is",
    setup: (build) => build.onResolve({ filter: new RegExp(`^${ENTRY}$`) }, () => ({ path: flowFile })),
  };
}

function sourceIs(flowFile: string, contents: string): Plugin {
  return {
    name: "source-is",
    setup: (build) =>
      build.onLoad({ filter: /\.notebook\.js$/ }, ({ path: file }) =>
        file === flowFile ? { contents, loader: "js", resolveDir: path.dirname(flowFile) } : null,
      ),
  };
}

/** The nearest folder upward with a package.json, else the flow file's own. */
function packageRoot(flowFile: string): string {
  for (let folder = path.dirname(flowFile); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "package.json"))) return folder;
    if (folder === path.dirname(folder)) return path.dirname(flowFile);
  }
}

/** Leaves builtins, Millrace and installed packages outside; linked workspace packages are the project's own source. */
function ownModulesOnly(root: string): Plugin {
  return {
    name: "own-modules-only",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === "resolving" || path.isAbsolute(args.path)) return null;
        const isKnown = isBuiltin(args.path) || /^millrace(\/|$)/.test(args.path);
        const outside = {
          path: externalSpecifier(args.path, isKnown ? null : linkedImporter(args.importer, root)),
          external: true,
        };
        if (isKnown) return outside;
        const { importer, resolveDir, kind } = args;
        const found = await build.resolve(args.path, { importer, resolveDir, kind, pluginData: "resolving" });
        if (found.errors.length > 0) return kind === "import-statement" ? { errors: found.errors } : outside;
        return found.path.split(path.sep).includes("node_modules") || found.external ? outside : null;
      });
    },
  };
}

/** A linked package has dependencies of its own: its imports are resolved from its own place. */
function linkedImporter(importer: string, root: string): string | null {
  return packageRoot(importer) === root ? null : slashed(path.relative(root, importer));
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
};

/** Lets a bundled module still know its own place: `import.meta`, `__dirname`, `__filename`. */
function placesOfSources(options: {
  root: string;
  files: Record<string, string>;
  transform: typeof import("esbuild").transform;
}): Plugin {
  return {
    name: "places-of-sources",
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path: file }) => {
        const text = await fs.promises.readFile(file, "utf8");
        const source = moduleText(text);
        const isProgram = text.length - source.length > 1;
        if (!isProgram && !/\bimport\s*\.\s*meta\b|\b__dirname\b|\b__filename\b/.test(source)) return null;
        const relative = slashed(path.relative(options.root, file));
        const id = `f_${createHash("sha256").update(relative).digest("hex").slice(0, 12)}`;
        options.files[id] = relative;
        const place = `__millrace.files.${id}`;
        const { getTsconfig } = createRequire(import.meta.url)("get-tsconfig") as typeof import("get-tsconfig");
        const compilerOptions = getTsconfig(file)?.config.compilerOptions ?? {};
        const { code } = await options.transform(source, {
          loader: LOADERS[path.extname(file)] ?? "js",
          tsconfigRaw: JSON.stringify({ compilerOptions }),
          // Taken for a URL, relative to the file that is loaded.
          sourcefile: encodeURIComponent(path.basename(file)),
          sourcemap: "inline",
          target: "esnext",
          define: {
            "import.meta": place,
            "import.meta.url": `${place}.url`,
            "import.meta.dirname": `${place}.dirname`,
            "import.meta.filename": `${place}.filename`,
            __dirname: `${place}.dirname`,
            __filename: `${place}.filename`,
          },
        });
        return { contents: code, loader: "js", resolveDir: path.dirname(file) };
      });
    },
  };
}

function explained(failure: BuildFailure, at: { flowFile: string; root: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_BUNDLE",
    headline: `Cannot read ${slashed(path.relative(process.cwd(), at.flowFile))} because of ${failure.errors.length === 1 ? "an error" : `${failure.errors.length} errors`} in its source`,
    details: failure.errors.flatMap((message) => explainedMessage(message, at.root)),
    hint: missingPackage(failure) ?? "fix the source at the place shown",
    cause: failure,
  });
}

/** A package that only a step's `@env` has cannot be imported at the top: that runs before any step. */
function missingPackage({ errors }: BuildFailure): string | null {
  const [, specifier = ""] = /^Could not resolve "(.+)"$/.exec(errors[0]?.text ?? "") ?? [];
  const name = packageName(specifier);
  if (name === null) return null;
  return `npm install ${name}; or, if only a step with @env({ packages }) needs it, load it in that step: await import("${specifier}")`;
}

/** esbuild is a program of its own. */
function notStarted(error: Error, flowFile: string): MillraceError {
  const [, code] = /\b(E[A-Z0-9]+)\b/.exec(error.message) ?? [];
  const { because, hint } = spawnRefusal(Object.assign(new Error(error.message), { code }), {
    env: environment(),
    program: "esbuild",
  });
  return new MillraceError({
    code: "MILLRACE_BUNDLE",
    headline: `Cannot bundle ${slashed(path.relative(process.cwd(), flowFile))} because esbuild could not be started: ${because}`,
    hint,
    cause: error,
  });
}

function explainedMessage(message: Message, root: string): string[] {
  const { location, text } = message;
  if (location === null) return [text];
  const place = slashed(path.relative(process.cwd(), path.resolve(root, location.file)));
  return [
    `${place}:${location.line}:${location.column + 1}: ${text}`,
    `  ${String(location.line).padStart(4)} | ${location.lineText}`,
    `       | ${" ".repeat(location.column)}${"^".repeat(Math.max(location.length, 1))}`,
  ];
}

function slashed(file: string): string {
  return file.split(path.sep).join("/");
}
