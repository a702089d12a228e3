/** The aliases that point to a version. */
export function aliasesOf({ number }: { readonly number: number }, all: Readonly<Record<string, number>>): string[] {
  return Object.keys(all).filter((alias) => all[alias] === number);
}
