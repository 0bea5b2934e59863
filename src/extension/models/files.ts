/** Which names are names of model files. Pure: hovers, menus and pickers agree on it. */

export const modelExtensions: readonly string[] = ['onnx'];

const pattern = new RegExp(`\\.(${modelExtensions.join('|')})$`, 'i');

/** Whether a path or name ends as model files do. */
export const isModelPath = (path: string): boolean => pattern.test(path);
