/** One object of ESLint's flat configuration. */
export interface FlatConfig {
  /** Shown by ESLint's inspector. */
  readonly name: string;
  /** Patterns of the files that it is about. */
  files: string[];
  /** What reads these files. */
  languageOptions?: Record<string, object>;
  /** What brings rules, by the name that stands before them. */
  plugins?: Record<string, object>;
  /** How much each rule matters. */
  rules?: Record<string, "error" | "warn" | "off">;
}
