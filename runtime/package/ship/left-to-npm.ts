import type { PackageFiles } from "./package-files.ts";

/**
 * The packages that cannot run on another system: native ones, and those that choose one of several native packages, as
 * what they chose here is for here.
 */
export function leftToNpm(packages: readonly PackageFiles[]): PackageFiles[] {
  const forSome = new Set(packages.filter(({ manifest }) => manifest.isForSome).map(({ name }) => name));
  return packages.filter(({ isNative, manifest }) => isNative || manifest.optional.some((name) => forSome.has(name)));
}
