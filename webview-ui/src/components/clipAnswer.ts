import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ClipError } from '../../../src/report/clipStudy.js';
import { latest } from '../view/latest.js';

/** What a clip range does, asked again and again while the range is moved. */
export class ClipAnswer<Q> implements ReactiveController {
  /** Null while it is not known. */
  error: ClipError | null = null;
  /** Why it is not, in one line; null where it is on its way. */
  failure: string | null = null;
  private readonly questions;

  constructor(host: ReactiveControllerHost, fetch: (question: Q, signal: AbortSignal) => Promise<ClipError | null>) {
    const become = (error: ClipError | null, failure: string | null): void => {
      this.error = error;
      this.failure = failure;
      host.requestUpdate();
    };
    this.questions = latest(
      fetch,
      (error) => become(error, null),
      ({ message }) => become(null, message),
    );
    host.addController(this);
  }

  hostDisconnected(): void {
    this.questions.stop();
  }

  /** Asks; with `follow`, as soon as what is under way is answered. */
  ask(question: Q, follow: boolean): void {
    if (follow) this.questions.follow(question);
    else this.questions.ask(question);
  }

  /** Nothing is known of what is looked at now. */
  clear(): void {
    this.error = this.failure = null;
  }
}
