import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { ArtifactAnswer, ArtifactRow } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { DrawnHtml } from "../parts/drawn-html.tsx";
import type { RunAddress } from "../source/source.ts";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";

interface ArtifactListProps {
  readonly name: RunAddress;
  readonly place: readonly string[];
  readonly artifacts: readonly ArtifactRow[];
}

/** What a task left; each is loaded when it is opened, and which are open stands in the address. */
export function ArtifactList({ name, place, artifacts }: ArtifactListProps): JSX.Element {
  const { addresses } = useSite();
  const opened = addresses.current.value.query.getAll("artifact");
  if (artifacts.length === 0) return <p class="quiet">It left no artifacts.</p>;
  const toggle = (one: string): void => {
    const others = opened.filter((other) => other !== one);
    const artifact = opened.includes(one) ? others : [...others, one];
    addresses.go(addresses.with({ artifact }), { isReplaced: true });
  };
  return (
    <ul class="artifacts">
      {artifacts.map((artifact) => {
        const isOpen = opened.includes(artifact.name);
        return (
          <li key={artifact.name}>
            <button type="button" class="artifact" aria-expanded={isOpen} onClick={() => toggle(artifact.name)}>
              <span class="twist" aria-hidden="true">
                {isOpen ? "▾" : "▸"}
              </span>
              <span class="mono name">{visibleLine(artifact.name)}</span>
              <span class="quiet type">{visibleLine(artifact.type)}</span>
              {artifact.isParameter && <span class="tag">parameter</span>}
              <span class="quiet number size">{sizeText(artifact.size)}</span>
              <span class="quiet mono hash" title={artifact.hash}>
                {artifact.hash.slice(0, 10)}
              </span>
            </button>
            {isOpen && <ArtifactValue name={name} place={place} artifact={artifact} />}
          </li>
        );
      })}
    </ul>
  );
}

interface ArtifactValueProps {
  readonly name: RunAddress;
  readonly place: readonly string[];
  readonly artifact: ArtifactRow;
}

function ArtifactValue({ name, place, artifact }: ArtifactValueProps): JSX.Element {
  const { source } = useSite();
  const path = [...place, "artifacts", artifact.name];
  const loaded = useLoad([name.flow, name.run, ...path, artifact.hash].join("/"), () =>
    source.below<ArtifactAnswer>(name, path),
  );
  return (
    <div class="shown-value">
      <Answered loaded={loaded}>
        {({ html, isPart }) => (
          <>
            <DrawnHtml html={`<div class="millrace">${html}</div>`} />
            {isPart && <p class="quiet">Only a part is shown: the value is large.</p>}
          </>
        )}
      </Answered>
    </div>
  );
}
