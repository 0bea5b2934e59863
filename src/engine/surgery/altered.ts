/** A decoded message with some fields changed; what it leaves out is in its prototype and stays there. */
export const altered = <T extends object>(message: T, fields: Partial<T>): T =>
  Object.assign(Object.create(Object.getPrototypeOf(message) as object) as T, message, fields);
