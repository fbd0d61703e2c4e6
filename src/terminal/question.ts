/** What a question is, whichever way it is asked. Types only. */

export type Choice<Value> = { value: Value; label: string; hint?: string };

/** Texts may come from outside: they are made inert where they are shown. */
type Question = {
  title: string;
  /** Shown on `?`. */
  help: readonly string[];
  /** The command that does the same without a terminal. */
  instead?: string;
};

export type ChoiceQuestion<Value> = Question & {
  choices: readonly Choice<Value>[];
  /** The value that Enter alone chooses: the safe one. */
  default: Value;
  /** Rendered lines, shown on `d`; read when they are asked for. */
  details?: () => readonly string[];
};

/** What has to be typed, letter for letter. */
export type PhraseQuestion = Question & { expected: string };

export type TextQuestion = Question & { isRequired: boolean };

/** A line that is typed, whatever for: `complain` says what is wrong with it, or null. */
export type LineQuestion = Question & { complain: (text: string) => string | null };
