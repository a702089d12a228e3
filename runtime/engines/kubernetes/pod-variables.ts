/** Variables of a container as they are: Kubernetes would put others in for `$(NAME)`, and takes `$$` for one `$`. */
export function podVariables(
  variables: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value: value.replaceAll("$", "$$$$") }));
}
