import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { FeatureViewAnswer } from "../../api/feature-shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Fact } from "../parts/fact.tsx";
import { Link } from "../parts/link.tsx";
import { Moment } from "../parts/moment.tsx";
import { Section } from "../parts/section.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { FeatureTable } from "./feature-table.tsx";
import { FeatureUsers } from "./feature-users.tsx";

const HASH_CHARS = 8;

/** A feature view: what it is, its features, and who uses it. */
export function FeatureViewPage({ name }: { name: string }): JSX.Element {
  const { source } = useSite();
  useTitle(name, "Features");
  const loaded = useLoad(`features ${name}`, () => source.get<FeatureViewAnswer>(["features", name]));
  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <Link to={["features"]}>Features</Link>
      </nav>
      <h1>{name}</h1>
      <Answered loaded={loaded}>
        {(view) => (
          <>
            <Facts view={view} />
            <Section title="Features">
              <FeatureTable features={view.features} />
            </Section>
            <Section title="Used by">
              <FeatureUsers users={view.users} current={view.version} />
            </Section>
            <Section title="Versions">
              <ViewVersions view={view} />
            </Section>
          </>
        )}
      </Answered>
    </>
  );
}

function Facts({ view }: { view: FeatureViewAnswer }): JSX.Element {
  const { version, owner, description, tags, entity, keyTypes, source, clocks, ttl, snapshot } = view;
  const { until, newest, keys, rows, size, at, user } = snapshot;
  return (
    <>
      {description !== null && <p class="description">{visible(description)}</p>}
      <dl class="facts">
        <Fact title="Version">{version}</Fact>
        {owner !== null && <Fact title="Owner">{visibleLine(owner)}</Fact>}
        {tags.length > 0 && <Fact title="Tags">{visibleLine(tags.join(", "))}</Fact>}
        <Fact title="Entity">{`${entity} (${keyTypes.map(([key, type]) => `${key}: ${type}`).join(", ")})`}</Fact>
        <Fact title="Source">{visibleLine(source)}</Fact>
        <Fact title="Instants">{visibleLine(clocks)}</Fact>
        {ttl !== null && <Fact title="Holds for">{ttl}</Fact>}
        <Fact title="As of">
          <Moment at={until} />
        </Fact>
        <Fact title="Newest row">{newest === null ? "none" : <Moment at={newest} />}</Fact>
        <Fact title="Snapshot">{`${keys} keys of ${rows} rows, ${sizeText(size)}`}</Fact>
        <Fact title="Made">
          <Moment at={at} />, by {visibleLine(user)}
        </Fact>
      </dl>
    </>
  );
}

function ViewVersions({ view: { versions, damaged, version } }: { view: FeatureViewAnswer }): JSX.Element {
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label="List of versions">
        <table class="models">
          <thead>
            <tr>
              {["Version", "Definition", "Since", "User"].map((title) => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {versions.map(({ number, hash, at, user }) => (
              <tr key={number}>
                <th scope="row">{number === version ? `${number}, which answers` : number}</th>
                <td>
                  <code>{hash.slice(0, HASH_CHARS)}</code>
                </td>
                <td>
                  <Moment at={at} />
                </td>
                <td>{visibleLine(user)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {damaged.length > 0 && (
        <p class="quiet">
          Version {damaged.join(", ")} cannot be read: <code>millrace fsck</code> says more.
        </p>
      )}
    </>
  );
}
