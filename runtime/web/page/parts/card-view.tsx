import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { CardAnswer, CardRow } from "../../api/shapes.ts";
import { apiAddress } from "../source/api-address.ts";
import type { RunAddress } from "../source/source.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { Answered } from "./answered.tsx";
import { DrawnHtml } from "./drawn-html.tsx";

interface CardViewProps {
  readonly name: RunAddress;
  /** `step`, `task` */
  readonly place: readonly string[];
  readonly card: CardRow;
  /** Null for the latest. */
  readonly attempt?: string | null;
}

/** A card as the server drew it, again when it has changed. */
export function CardView({ name, place, card, attempt = null }: CardViewProps): JSX.Element {
  const { source } = useSite();
  const path = [...place, "cards", card.id];
  const loaded = useLoad([name.flow, name.run, ...path, attempt].join("/"), () =>
    source.below<CardAnswer>(name, path, { attempt }),
  );
  const seen = useRef(card.version);
  useEffect(() => {
    if (seen.current !== card.version) loaded.reload();
    seen.current = card.version;
  }, [card.version]);
  return (
    <article class="card" aria-label={`Card ${visibleLine(card.title)}`}>
      <Answered loaded={loaded}>
        {({ html }) =>
          html.includes("<iframe") && !source.isExport ? (
            // What a user wrote as HTML may have scripts: all of the card goes into a page that is nobody's.
            <iframe
              sandbox="allow-scripts"
              title={`Card ${visibleLine(card.title)}`}
              src={apiAddress(["runs", name.flow, name.run, ...path, "page"], { attempt, version: card.version })}
            />
          ) : (
            <DrawnHtml html={html} />
          )
        }
      </Answered>
    </article>
  );
}
