import path from "node:path";
import { type AnyNode, parse } from "acorn";
import { childrenOf, literalString, memberName } from "../../graph/read/syntax.ts";
import type { CodePackage } from "../code-package.ts";
import { parseExternalSpecifier } from "../external-specifier.ts";
import type { PackageWant } from "./closure.ts";
import { packageName } from "./locate.ts";
import { nearestManifestFolder, readManifest } from "./manifest.ts";

/**
 * The packages that a flow's own modules name: in imports, in calls of `import()` and `require()`, and in any other text
 * that is the name of a declared dependency, as code often computes what it imports from such texts.
 */
export function namedPackages(code: CodePackage, root: string): PackageWant[] {
  const found = textsIn(code.script);
  const wants = [
    ...code.imports.flatMap(({ specifier }) => wantsOf(specifier, { code, root, isNeeded: true })),
    ...[...found.asked].flatMap((text) => wantsOf(text, { code, root, isNeeded: false })),
  ];
  const declared = new Set(readManifest(nearestManifestFolder(root) ?? root).needs);
  const from = path.dirname(path.join(root, code.flowFile));
  for (const text of found.other) {
    const name = packageName(text);
    if (name !== null && declared.has(name)) wants.push({ name, from, isNeeded: false });
  }
  return wants;
}

/** Packages of the user's that parts of Millrace load, where they are there. */
const PEERS: Readonly<Record<string, string>> = { "millrace/arrow": "apache-arrow", "millrace/gpu": "webgpu" };

function wantsOf(text: string, of: { code: CodePackage; root: string; isNeeded: boolean }): PackageWant[] {
  const { specifier, from: importer } = parseExternalSpecifier(text);
  const from = path.dirname(path.resolve(of.root, importer ?? of.code.flowFile));
  // Which of the targets is taken depends on where the code runs.
  if (specifier.startsWith("#")) {
    const { imported } = readManifest(nearestManifestFolder(from) ?? from);
    return imported.flatMap((target) => wantsOf(target, { ...of, isNeeded: false }).map((want) => ({ ...want, from })));
  }
  const peer = PEERS[specifier];
  if (peer !== undefined) return [{ name: peer, from, isNeeded: false }];
  const name = packageName(specifier);
  return name === null ? [] : [{ name, from, isNeeded: of.isNeeded }];
}

/** Texts that are loaded as they stand, and all others. */
function textsIn(script: string): { asked: ReadonlySet<string>; other: ReadonlySet<string> } {
  const asked = new Set<string>();
  const other = new Set<string>();

  function visit(node: AnyNode): void {
    const text = literalString(node);
    if (text !== null && text !== "") other.add(text);
    const first = loadedBy(node);
    const loaded = first === undefined ? null : (literalString(first) ?? packageStart(first));
    if (loaded !== null) asked.add(loaded);
    for (const child of childrenOf(node)) visit(child);
  }

  visit(parse(script, { ecmaVersion: "latest", sourceType: "script" }));
  return { asked, other };
}

/** What `import()`, `require()` and `….resolve()` load, also under the names that bundling gives them. */
function loadedBy(call: AnyNode): AnyNode | undefined {
  if (call.type === "ImportExpression") return call.source;
  if (call.type !== "CallExpression") return undefined;
  const { callee } = call;
  const isLoading =
    callee.type === "Identifier"
      ? /^_*require\d*$/i.test(callee.name)
      : ["import", "require", "resolve"].includes(memberName(callee) ?? "");
  return isLoading ? call.arguments[0] : undefined;
}

/** The package of `package/file-${number}.json`, of which only the start is known; null if that names none. */
function packageStart(node: AnyNode): string | null {
  const start = startOf(node);
  const name = start === null ? null : packageName(start);
  return name !== null && start?.startsWith(`${name}/`) === true ? name : null;
}

function startOf(node: AnyNode): string | null {
  if (node.type === "TemplateLiteral") return node.quasis[0]?.value.cooked ?? null;
  if (node.type === "BinaryExpression" && node.operator === "+" && node.left.type !== "PrivateIdentifier")
    return startOf(node.left);
  return literalString(node);
}
