import { defineConfig, globalIgnores } from "eslint/config";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const ROOT = import.meta.dirname;
/** What every layer may use, and what uses none of them. */
const GROUND = [
  ...["config.ts", "settings", "leave.ts", "own-file.ts", "own-program.ts", "code-cache.ts", "retries.ts"],
  ...["text", "process", "aws"],
];
const ENVIRONMENT = {
  object: "process",
  property: "env",
  message: "Read settings in runtime/config.ts and pass them on.",
};
const EXIT = {
  object: "process",
  property: "exit",
  message: "Throw a MillraceError; a program that is done calls leave().",
};

/** Who may load the SDK; others of the Batch engine see its types alone. */
const AWS_ROOMS = [
  "runtime/datastore/s3/**",
  "runtime/aws/failure-of.ts",
  "runtime/engines/batch/aws/**",
  "runtime/deploy/step-functions/aws/**",
  "runtime/secrets/aws/**",
  "runtime/cli/commands/configure/aws-setup/**",
];

export default defineConfig(
  globalIgnores(["dist", "templates", "docs/api", "coverage", "**/.millrace", "**/.cache"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { "import-x": importX },
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.ts"] }, tsconfigRootDir: ROOT },
    },
    settings: {
      "import-x/resolver-next": [
        createTypeScriptImportResolver({ project: ["tsconfig.json", "runtime/web/page/tsconfig.json"] }),
      ],
      // Without these two the cycle rule does not read .ts files and finds nothing.
      "import-x/extensions": [".ts", ".tsx"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
    },
    rules: {
      ...typeRules(),
      ...importRules(),
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-syntax": ["error", ...bannedSyntax()],
    },
  },
  {
    files: ["sdk/**/*.ts", "runtime/**/*.{ts,tsx}"],
    rules: {
      "no-console": "error",
      "no-restricted-syntax": ["error", ...bannedSyntax(), ...bannedSpreads()],
      "no-restricted-properties": ["error", ENVIRONMENT, EXIT],
      "no-restricted-imports": ["error", { paths: [processNames("env", "exit")] }],
    },
  },
  {
    files: ["sdk/**/*.ts", "runtime/**/*.{ts,tsx}"],
    ignores: AWS_ROOMS,
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [awsPackages()] }] },
  },
  ...layers(),
  // The one file that reads the environment, and the one that puts it back after a task.
  {
    files: ["runtime/config.ts", "runtime/worker/{process-snapshot,aspects/secrets}.ts"],
    rules: {
      "no-restricted-properties": ["error", EXIT],
      "no-restricted-imports": ["error", { paths: [processNames("exit")] }],
    },
  },
  // Only the command line prints and exits; a worker process ends itself.
  { files: ["runtime/cli/**/*.ts"], rules: { "no-console": "off" } },
  {
    // … and a notebook's session keeps its cells from ending it.
    files: [
      "runtime/cli/**/*.ts",
      "runtime/worker/worker.ts",
      "runtime/leave.ts",
      "runtime/notebook/session/run-session.ts",
    ],
    rules: {
      "no-restricted-properties": ["error", ENVIRONMENT],
      "no-restricted-imports": ["error", { paths: [processNames("env")] }],
    },
  },
  // The first program of a container stands alone.
  { files: ["runtime/engines/container/bootstrap.ts"], rules: { "no-restricted-properties": "off" } },
  {
    files: ["examples/**/*.ts"],
    rules: {
      "import-x/no-restricted-paths": [
        "error",
        {
          basePath: ROOT,
          zones: [{ target: "./examples", from: ["./sdk", "./runtime"], message: 'Examples import "millrace".' }],
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts", "examples/**/*.ts"],
    rules: {
      // Steps and type tests are often async or empty by their contract, not by their body.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
    },
  },
  // Kernels read arrays where they are: there is no undefined for a compiler to think of. Their parameters are their data.
  {
    files: ["examples/{kernels,mnist}/**/*.ts", "test/{gpu,bench/gpu}/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off", "@typescript-eslint/max-params": "off" },
  },
  // Columns of many rows are read where they are, too.
  {
    files: ["runtime/catalog/features/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["test/**/*.ts"],
    // A test that is wrong about a type fails when it runs.
    extends: [unsafeAllowed()],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // The columns of a table of cases.
      "@typescript-eslint/max-params": "off",
    },
  },
  // Kernels as others write them: in JavaScript, some of them wrong on purpose.
  {
    files: ["test/gpu/**/*.ts"],
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/restrict-plus-operands": "off",
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-implied-eval": "off",
      "no-var": "off",
    },
  },
  // Type tests show what users may write, house style or not.
  { files: ["test/types/**/*.ts"], rules: { "no-restricted-syntax": "off" } },
);

/** Pragmatic: what finds mistakes is an error, what only prefers a spelling is off. */
function typeRules() {
  return {
    // `typeof import("x")` is how a lazily imported module gets its type.
    "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
    "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
    "@typescript-eslint/no-confusing-void-expression": "off",
    "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
    "@typescript-eslint/max-params": ["error", { max: 3 }],
    // A declaration such as `x!: T` makes a type promise that the checker trusts; data from disk may still break it.
    "@typescript-eslint/no-unnecessary-condition": "off",
    "@typescript-eslint/no-unnecessary-type-parameters": "off",
    "@typescript-eslint/no-extraneous-class": "off",
    // `this.next(this.train)` is the API: methods are named and read, not called unbound.
    "@typescript-eslint/unbound-method": "off",
    "@typescript-eslint/no-invalid-void-type": "off",
    "@typescript-eslint/no-dynamic-delete": "off",
    "@typescript-eslint/unified-signatures": "off",
    // Users may throw and reject with anything; a task passes it on as it is.
    "@typescript-eslint/only-throw-error": "off",
    "@typescript-eslint/prefer-promise-reject-errors": "off",
  };
}

/** What JSON and child processes print is `any`; tests look into it freely. */
function unsafeAllowed() {
  const names = ["argument", "assignment", "call", "member-access", "return"];
  return { rules: Object.fromEntries(names.map((name) => [`@typescript-eslint/no-unsafe-${name}`, "off"])) };
}

function importRules() {
  return {
    "import-x/no-cycle": ["error", { ignoreExternal: true }],
    "import-x/no-self-import": "error",
    "import-x/no-duplicates": ["error", { "prefer-inline": true }],
    "import-x/no-mutable-exports": "error",
    "import-x/no-default-export": "off",
  };
}

/** House style that no ready-made rule covers. */
function bannedSyntax() {
  const arrow = "VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > ArrowFunctionExpression";
  const topLevel = "Write a top-level function as a declaration: `function name() {}`.";
  const hidden = "Use `#name`: `private` is erased and checks nothing at run time.";
  return [
    { selector: `Program > ${arrow}`, message: topLevel },
    { selector: `Program > ExportNamedDeclaration > ${arrow}`, message: topLevel },
    { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
    { selector: "TSModuleDeclaration[kind='namespace']", message: "Use modules." },
    { selector: "TSParameterProperty", message: "Declare the field and assign it." },
    { selector: "PropertyDefinition[accessibility='private']", message: hidden },
    { selector: "MethodDefinition[accessibility='private']", message: hidden },
  ];
}

/** Each item that a call spreads is an argument, and some 100,000 of them are more than a call takes. */
function bannedSpreads() {
  const message = "Use appendAll, largest or smallest: a call cannot take an array of any size as its arguments.";
  return [
    {
      selector: "CallExpression[callee.property.name=/^(push|unshift|splice|fromCharCode|of)$/] > SpreadElement",
      message,
    },
    { selector: "CallExpression[callee.object.name='Math'] > SpreadElement", message },
  ];
}

/** Imports point one way; each layer names the folders of runtime/ that it may use. */
function layers() {
  const below = ["graph", "datastore"];
  // What worker and engines say to each other is a room below both.
  const beneath = [...below, "catalog", "task", "secrets", "package"];
  const middle = [...beneath, "worker", "engines"];
  return [
    layer(["sdk/**/*.ts"], []),
    layer(["sdk/{main,watch-loading}.ts"], ["cli/load-cli.ts"]),
    layer(["sdk/serving/**/*.ts"], ["cli/load-cli.ts", "serving"]),
    layer(["sdk/client/**/*.ts"], [...below, "render"]),
    layer(["sdk/client/priced-usage.ts"], [...below, "engines/cost"]),
    layer(["sdk/events/**/*.ts"], below),
    layer(["sdk/models/**/*.ts"], [...below, "catalog", "monitoring", "render"]),
    layer(["sdk/features/**/*.ts"], [...below, "catalog", "render"]),
    layer(["sdk/testing/**/*.ts"], ["."]),
    layer(["sdk/eslint/**/*.ts"], ["graph"]),
    layer(["runtime/*.ts", "runtime/{settings,text,process,aws}/**/*.ts"], []),
    layer(["runtime/graph/**/*.ts"], ["graph"]),
    layer(["runtime/datastore/**/*.ts"], below),
    layer(["runtime/sketch/**/*.ts"], [...below, "sketch"]),
    layer(["runtime/catalog/**/*.ts"], [...below, "sketch", "catalog"]),
    layer(["runtime/monitoring/**/*.ts"], [...below, "sketch", "catalog", "monitoring"]),
    layer(["runtime/render/**/*.ts"], [...below, "render"]),
    layer(["runtime/{secrets,package}/**/*.ts"], [...below, "secrets", "package"]),
    layer(["runtime/task/**/*.ts"], [...below, "task"]),
    layer(["runtime/worker/**/*.ts"], [...beneath, "worker"]),
    layer(["runtime/engines/**/*.ts"], [...beneath, "engines"]),
    layer(["runtime/scheduler/**/*.ts"], [...middle, "scheduler"]),
    layer(["runtime/launch/**/*.ts"], [...middle, "scheduler", "launch"]),
    layer(["runtime/deploy/**/*.ts"], [...middle, "scheduler", "launch", "deploy"]),
    layer(["runtime/serving/**/*.ts"], [...below, "sketch", "catalog", "monitoring", "package", "serving"]),
    layer(
      ["runtime/serving/packaged/load-packaged-service.ts"],
      [...below, "package", "serving", "worker/source-mapper.ts"],
    ),
    layer(["runtime/notebook/**/*.ts"], [...below, "render", "package", "notebook"]),
    layer(["runtime/{cli,web}/**/*.ts"], ["."]),
    // Runs in a browser, where nothing of Node's is.
    layer(
      ["runtime/web/page/**/*.{ts,tsx}"],
      ["text", "web/api", "web/page", "datastore/run-event.ts", "render/display-style.ts"],
      [],
    ),
  ];
}

function layer(files, mayUse, ground = GROUND) {
  const zone = {
    target: ".",
    from: "./runtime",
    except: [...ground, ...mayUse].map((name) => `./${name}`),
    message:
      "Imports point one way: sdk → graph → datastore → render, task, secrets, package → worker or engines → scheduler → launch → deploy → cli; notebook stands beside launch.",
  };
  return { files, rules: { "import-x/no-restricted-paths": ["error", { basePath: ROOT, zones: [zone] }] } };
}

function awsPackages() {
  return {
    group: ["@aws-sdk/*", "@smithy/*"],
    allowTypeImports: true,
    message: "Only the rooms that speak to AWS load its SDK: see AWS_ROOMS.",
  };
}

function processNames(...importNames) {
  return { name: "node:process", importNames, message: "Only the named files use process.env and process.exit." };
}
