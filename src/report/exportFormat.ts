/** What a plan, or a report with it, can be written as. */
export const exportFormats = ['qdq', 'ort-overrides', 'aimet-2', 'report', 'html', 'csv', 'markdown', 'plan'] as const;

export type ExportFormat = (typeof exportFormats)[number];
