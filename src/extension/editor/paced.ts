/**
 * `send` with one message in each turn of the event loop, in their order: many that come at once (a run has ended, say) do not hold up the host together.
 */
export function paced<T>(send: (message: T) => void): (message: T) => void {
  const waiting: T[] = [];
  let going = false;
  const next = (): void => {
    if (waiting.length === 0) {
      going = false;
      return;
    }
    send(waiting.shift()!);
    setImmediate(next);
  };
  return (message) => {
    waiting.push(message);
    if (going) return;
    going = true;
    next();
  };
}
