/**
 * Progress of a call as the bytes of its JSON, for a channel that has long messages gone through value by value, as VS Code's to a page does, but passes
 * bytes on as they are. Only for progress that is plain data, which JSON leaves as it is.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Progress {
  readonly kind: 'progress';
  readonly value: unknown;
}

const isProgress = (message: unknown): message is Progress =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'progress' && 'value' in message;

/** `message` with the value of its progress as bytes, where that is one of `kinds`; every other message as it is. */
export function asBytes(message: unknown, kinds: readonly string[]): unknown {
  if (!isProgress(message)) return message;
  const { value } = message;
  if (typeof value !== 'object' || value === null || !('kind' in value) || !kinds.includes(String(value.kind))) return message;
  return { ...message, value: encoder.encode(JSON.stringify(value)) };
}

/** What `asBytes` made a message of. */
export const fromBytes = (message: unknown): unknown =>
  isProgress(message) && message.value instanceof Uint8Array
    ? { ...message, value: JSON.parse(decoder.decode(message.value)) as unknown }
    : message;
