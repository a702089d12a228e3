/** True for a package of `@env`, and for all below it: `ml-matrix/package.json`. */
export function isOfEnvironment(specifier: string, packages: readonly string[]): boolean {
  return packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
