import type { JSX } from "preact";
import { localTimeText } from "../../../text/duration-text.ts";
import { ExportSource } from "../source/export-source.ts";
import { type Theme, chooseTheme, theme } from "../state/theme.ts";
import { useSite } from "../state/use-site.ts";
import { Link } from "./link.tsx";

const THEMES: readonly { value: Theme; text: string }[] = [
  { value: "auto", text: "System" },
  { value: "light", text: "Light" },
  { value: "dark", text: "Dark" },
];

/** What stands above every page. */
export function SiteHeader(): JSX.Element {
  const { source, addresses } = useSite();
  const [room] = addresses.current.value.path;
  return (
    <>
      <header class="site">
        <Link to={[]} class="brand">
          Millrace
        </Link>
        <nav aria-label="Main">
          <Link to={[]} isCurrent={room === undefined}>
            Runs
          </Link>
          {/* An export holds runs alone. */}
          {!source.isExport && (
            <>
              <Link to={["models"]} isCurrent={room === "models"}>
                Models
              </Link>
              <Link to={["features"]} isCurrent={room === "features"}>
                Features
              </Link>
            </>
          )}
        </nav>
        <label class="theme">
          <span>Colours</span>
          <select value={theme.value} onChange={({ currentTarget }) => chooseTheme(currentTarget.value as Theme)}>
            {THEMES.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </header>
      {!source.isConnected.value && (
        <p class="banner" role="alert">
          The server does not answer. The page asks again until it does; what is shown is what it knew last.
        </p>
      )}
      {source instanceof ExportSource && (
        <p class="note">
          Exported {localTimeText(source.exportedAt)}.{source.notes.map((note) => ` Left out: ${note}.`)}
        </p>
      )}
    </>
  );
}
