// The version that --version, locks, bundles and receipts carry.
import packageJson from '../../package.json' with { type: 'json' };

export const VERSION: string = packageJson.version;
