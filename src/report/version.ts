import manifest from '../../package.json';

/** Version of the product, as reports carry it. */
export const VERSION: string = manifest.version;
