/** A module of the project's own, in another folder than the flow. */
export function shout(text: string): string {
  return `${text.toUpperCase()}!`;
}
