/** A file that the user wants to have. */
export interface FileOffer {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Offers the user a file: event `pl-save`, which goes up to the page. */
export const offerFile = (from: EventTarget, name: string, bytes: Uint8Array): void => {
  from.dispatchEvent(new CustomEvent<FileOffer>('pl-save', { detail: { name, bytes }, bubbles: true, composed: true }));
};
