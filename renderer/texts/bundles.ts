// Words of choosing a bundle.
export const bundleTexts = {
  dropTitle: 'Drop a bundle here',
  dropText: 'a folder NAME.airlock or a file NAME.airlock.tar',
  onMedia: 'On media in this machine',
  medium: 'Medium',
  bundle: 'Bundle',
  none: 'no bundle on it',
  noMedia: 'Put a medium in, or browse to a folder. New media appear by themselves.',
  chosen: 'Chosen',
  sealed: (size: string, items: string, when: string) => `${size} in ${items}, sealed ${when}`,
  radio: (medium: string, bundle: string) => `${bundle} on ${medium}`,
} as const;
