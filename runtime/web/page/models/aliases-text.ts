/** `production 7, staging 8`; a dash for none. */
export function aliasesText(aliases: Readonly<Record<string, number>>): string {
  const all = Object.entries(aliases).map(([alias, number]) => `${alias} ${number}`);
  return all.join(", ") || "–";
}
