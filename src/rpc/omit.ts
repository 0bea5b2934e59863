/** `object` without its property `key`. */
export const omit = <T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Omit<T, K>;
