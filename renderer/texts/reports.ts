// Words of keeping a report or a receipt as a file.
export const reportTexts = {
  format: 'Form',
  formats: { html: 'One page to read and print', json: 'JSON for programs' },
  means: {
    html: 'An HTML page without scripts: it opens in any browser, without a network, and prints well.',
    json: 'The same document that the command prints with --json.',
  },
  save: 'Save',
  saved: (name: string) => `Saved as ${name}.`,
  close: 'Cancel',
} as const;
