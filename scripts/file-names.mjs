// A file is named after the one thing that it exports: `retry-queue.ts` has `RetryQueue`, `find-queue.ts` has `findQueue`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { ROOT } from "./run-node.mjs";

/** Roles of which every command has one. */
const ROLES = /^runtime\/cli\/commands\/[^/]+\/(command|flags|run|text)\.ts$/;

/** Each is one subject with several equal parts, and is named after the subject. */
const SUBJECTS = new Set([
  "runtime/config.ts",
  "runtime/datastore/records.ts",
  "runtime/datastore/run-keys.ts",
  "runtime/datastore/store-format.ts",
  "runtime/datastore/codec/failures.ts",
  "runtime/datastore/shapes/checks.ts",
  "runtime/datastore/shapes/parts.ts",
  "runtime/notebook/front/protocol.ts",
  "runtime/render/parts.ts",
  "runtime/worker/builtins/changes.ts",
  "runtime/worker/builtins/roots.ts",
  "runtime/worker/builtins/slots.ts",
  "runtime/web/api/feature-shapes.ts",
  "runtime/web/api/model-shapes.ts",
  "runtime/web/api/shapes.ts",
  "runtime/web/server/query.ts",
  "sdk/base/metadata.ts",
  "sdk/client/display/shown.ts",
  "sdk/features/aggregates.ts",
  "sdk/features/sources.ts",
  "sdk/transition/transition.ts",
  "sdk/transition/transition-target.ts",
]);

const folders = process.argv.slice(2);
const wrong = (folders.length > 0 ? folders : ["sdk", "runtime"]).flatMap(typescriptFiles).flatMap((file) => {
  const name = path.basename(file).replace(/\.tsx?$/, "");
  if (name === "index" || ROLES.test(file) || SUBJECTS.has(file)) return [];
  const exports = exportsOf(file);
  return exports.length === 0 || exports.some((one) => namesFor(file, one).includes(name)) ? [] : [{ file, exports }];
});
for (const { file, exports } of wrong) console.log(`error: ${file} exports ${exports.map(kebab).join(", ")}`);
if (wrong.length > 0) process.exitCode = 1;

function typescriptFiles(folder) {
  return readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")));
}

function exportsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement))
      return statement.exportClause === undefined ? [] : statement.exportClause.elements.map(({ name }) => name.text);
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText(source));
    return statement.name === undefined ? [] : [statement.name.text];
  });
}

/** A row of `kinds/` or `routes/` is named without the room: `kinds/blob.ts` has `blobKind`. */
function namesFor(file, exported) {
  const name = kebab(exported);
  return /\/(kinds|routes|parts)\//.test(file) ? [name, name.replace(/-(kind|route|part)$/, "")] : [name];
}

/** `findQueue` and `FindQueue` are `find-queue`, `MAX_SIZE` is `max-size`, `toS3Key` is `to-s3-key`. */
function kebab(name) {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
