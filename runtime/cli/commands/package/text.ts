import path from "node:path";
import type { Colors } from "picocolors/types.js";
import { hashOf } from "../../../datastore/blobs.ts";
import { parseSourceMap } from "../../../datastore/source-map.ts";
import { sourceNames } from "../../../datastore/source-names.ts";
import type { Bundle } from "../../../package/bundle.ts";
import type { FoundFile } from "../../../package/ship/found-file.ts";
import type { PackageFiles } from "../../../package/ship/package-files.ts";
import type { Survey } from "../../../package/ship/survey.ts";
import { sizeText } from "../../../text/size-text.ts";
import { counted } from "../../../text/counted.ts";
import { tableText } from "../../show/table-text.ts";

export interface PackageJson {
  readonly platform: string;
  readonly code: {
    readonly hash: string;
    readonly bytes: number;
    /** The flow's own modules; paths are relative to the project. */
    readonly sources: readonly { readonly path: string; readonly bytes: number }[];
  };
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly link: string | null }[];
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly path: string;
    readonly files: number;
    readonly bytes: number;
    readonly native: boolean;
    /** False for those that npm installs where the task runs. */
    readonly shipped: boolean;
  }[];
  /** Before compression; packages that npm installs have no part in it. */
  readonly bytes: number;
  readonly warnings: readonly string[];
}

export function packageJson({ code }: Bundle, survey: Survey): PackageJson {
  const bytes = Buffer.from(JSON.stringify(code));
  const shown = (place: string) => path.relative(survey.root, place);
  const fileOf = ({ path: place, size, target }: FoundFile) => ({
    path: shown(place),
    bytes: size,
    link: target === null ? null : shown(target),
  });
  const packageOf = (one: PackageFiles, shipped: boolean) => ({
    name: one.name,
    version: one.version,
    path: shown(one.folder),
    files: one.files.length,
    bytes: one.bytes,
    native: one.isNative,
    shipped,
  });
  const files = survey.files.map(fileOf);
  const packages = [
    ...survey.packages.map((one) => packageOf(one, true)),
    ...survey.left.map((one) => packageOf(one, false)),
  ];
  const sizes = [...files, ...packages.filter(({ shipped }) => shipped)].map((one) => one.bytes);
  return {
    platform: survey.platform,
    code: { hash: hashOf([bytes]), bytes: bytes.length, sources: sourcesOf(code.map) },
    files,
    packages: packages.sort((a, b) => (`${a.name} ${a.path}` < `${b.name} ${b.path}` ? -1 : 1)),
    bytes: sizes.reduce((sum, size) => sum + size, bytes.length),
    warnings: survey.warnings,
  };
}

export function packageText(bundle: Bundle, { survey, colors }: { survey: Survey; colors: Colors }): string {
  const { code, files, packages, bytes } = packageJson(bundle, survey);
  const table = (rows: string[][]) =>
    tableText({ header: ["", "", ""], rows, right: [0], indent: "  " })
      .split("\n")
      .slice(1);
  const group = (title: string, rows: string[][]) => [colors.bold(title), ...(rows.length === 0 ? [] : table(rows))];
  const total = (of: readonly { bytes: number }[]) => sizeText(of.reduce((sum, one) => sum + one.bytes, 0));
  const shipped = packages.filter((one) => one.shipped);
  const left = packages.filter((one) => !one.shipped);
  return [
    ...group(
      `code package ${code.hash.slice(0, 16)}  ${sizeText(code.bytes)}`,
      code.sources.map((one) => [sizeText(one.bytes), one.path]),
    ),
    ...group(
      `${counted(files.length, "file")}  ${total(files)}`,
      files.map((one) => [sizeText(one.bytes), one.path, one.link === null ? "" : `-> ${one.link}`]),
    ),
    ...group(`${counted(shipped.length, "package")}  ${total(shipped)}`, shipped.map(packageRow)),
    ...(left.length === 0
      ? []
      : group(`${counted(left.length, "package")} that npm installs where the task runs`, left.map(packageRow))),
    colors.dim(
      `${sizeText(bytes)} in all, before compression${shipped.some((one) => one.native) ? `; native parts are for ${survey.platform}` : ""}`,
    ),
  ].join("\n");
}

function packageRow({ name, version, bytes, files, native }: PackageJson["packages"][number]): string[] {
  return [sizeText(bytes), `${name}@${version}`, `${counted(files, "file")}${native ? ", native" : ""}`];
}

/** The bundle's own modules, as its source map lists them. */
function sourcesOf(map: string): { path: string; bytes: number }[] {
  const parsed = parseSourceMap(map);
  const { sourcesContent } = parsed;
  const found = sourceNames(parsed).map((source, at) => ({
    path: path.normalize(source),
    bytes: Buffer.byteLength(sourcesContent?.[at] ?? ""),
  }));
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
