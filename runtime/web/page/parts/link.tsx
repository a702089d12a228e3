import type { ComponentChildren, JSX } from "preact";
import type { PageQuery } from "../address/addresses.ts";
import { useSite } from "../state/use-site.ts";

interface LinkProps {
  readonly to: readonly string[];
  readonly query?: PageQuery;
  readonly class?: string;
  readonly title?: string;
  readonly isCurrent?: boolean;
  readonly children: ComponentChildren;
}

/** A link within the page. */
export function Link({ to, query, isCurrent = false, children, ...rest }: LinkProps): JSX.Element {
  const { addresses } = useSite();
  return (
    <a {...rest} href={addresses.href(to, query)} {...(isCurrent ? { "aria-current": "page" as const } : {})}>
      {children}
    </a>
  );
}
