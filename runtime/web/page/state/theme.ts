import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const KEY = "millrace-theme";
const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** The colours that were chosen; `auto` goes by the system. */
export const theme = signal<Theme>("auto");

export function startTheme(): void {
  theme.value = THEMES.find((one) => one === stored()) ?? "auto";
  theme.subscribe((value) => {
    document.documentElement.dataset["theme"] = value;
  });
}

export function chooseTheme(value: Theme): void {
  theme.value = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // A browser that stores nothing shows it all the same.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
