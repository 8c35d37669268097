// Words that the parts say by themselves.
export const partTexts = {
  copied: 'Copied',
  copyDigest: 'Copy the digest',
  browse: 'Browse…',
  between: (min: number, max: number) => `A number from ${min} to ${max}.`,
  ofBytes: (done: string, all: string) => `${done} of ${all}`,
  exactBytes: (bytes: string) => `${bytes} bytes`,
  progress: 'Progress',
  fingerprint: 'Fingerprint in eight words',
  actions: 'Actions',
  steps: 'Steps',
  panel: 'Bundle',
  stepStates: { done: 'done', failed: 'failed' },
  speedPlotStill: 'Speed over time, nothing has moved yet',
  speedPlot: (now: string) => `Speed over time, now ${now}`,
  probeSteps: { name: 'Name', tls: 'TLS', login: 'Login', permission: 'Permission' },
} as const;
