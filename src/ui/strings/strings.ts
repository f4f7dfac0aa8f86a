import en from './en.json';
import ko from './ko.json';

/** The languages of the course; the first is the default. */
export const languages = ['ko', 'en'] as const;
export type Language = (typeof languages)[number];
export type StringName = keyof typeof ko;

const tables: Record<Language, Record<StringName, string>> = { ko, en };

/** Whether a text is one of our languages. */
export function isLanguage(text: string | undefined): text is Language {
  return languages.includes(text as Language);
}

/** A function that gives strings of one language, with `{slots}` filled in. */
export function strings(language: Language) {
  return (name: StringName, slots: Readonly<Record<string, string | number>> = {}): string =>
    tables[language][name].replace(/\{(\w+)\}/g, (_all, slot: string) => String(slots[slot] ?? ''));
}
