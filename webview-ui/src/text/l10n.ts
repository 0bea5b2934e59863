/** The page's words. English is the key; the host hands over the translations when the page loads. */

let translations: Readonly<Record<string, string>> = {};
let locale = 'en';

/** Sets the language of everything that is rendered from now on. An unknown `language` tag formats numbers the English way. */
export function setLanguage(language: string, strings: Readonly<Record<string, string>>): void {
  translations = strings;
  try {
    locale = Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    locale = 'en';
  }
}

export const currentLocale = (): string => locale;

/** The translation of `english` with `{0}`, `{1}`, … replaced by `values`, for texts that a list says may come. */
export function translated(english: string, ...values: readonly (string | number)[]): string {
  const template = Object.hasOwn(translations, english) ? translations[english] : english;
  return template.replace(/\{(\d)\}/g, (hole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? hole : String(value);
  });
}

/** As `translated`. Keys are written as literals at the call, so that the bundle can be checked against the source. */
export const t = (english: string, ...values: readonly (string | number)[]): string => translated(english, ...values);
