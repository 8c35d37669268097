// What goes over each channel. A missing or mis-kinded entry is a compile error.
import { z } from 'zod';
import { DigestSchema } from '../domain/digest.ts';
import { WireError } from '../errors/wire.ts';
import { Receipt } from '../format/receipt.ts';
import { BundleDiff, BundleSummary, Inspection } from '../format/results.ts';
import { ContentsFound, DraftToWrite } from '../station/contents.ts';
import { Answer, JobId, JobItem, JobNumbers, JobRequest, JobResult, JobSnapshot } from '../station/job.ts';
import { FolderListing, FoundBundle, Medium } from '../station/media.ts';
import { BrokenSettings, Settings, SettingsChange } from '../station/settings.ts';
import { ProbeResult } from '../station/target.ts';
import type { Channels } from './channels.ts';

const Path = z.string().min(1).max(4096);
const Host = z.string().min(1).max(300);
const Nothing = z.undefined();

/** How this machine is connected, read from its own routes; nobody is called. */
const Route = z.strictObject({
  leadsOutside: z.boolean(),
  /** `a default route by wlan0`, or `no route leads out`. */
  fact: z.string(),
});

export const StationFacts = z.strictObject({
  host: z.enum(['window', 'web']),
  platform: z.enum(['linux', 'darwin', 'win32']),
  version: z.string(),
  /** Where receipts, settings and lists lie. */
  stateFolder: z.string(),
  homeFolder: z.string(),
  /** How a password is kept: in the keyring, by docker's helper, in a plain file, or not at all. */
  keepsLogins: z.enum(['keyring', 'helper', 'plainFile', 'no']),
  /** Paths this station was started with, or that were opened with it since; each told once. */
  opened: z.array(z.string()),
  route: Route,
  engine: z.enum(['running', 'starting', 'gone']),
});
export type StationFacts = z.infer<typeof StationFacts>;

export const ServedRequestRow = z.strictObject({
  /** Milliseconds since the epoch. */
  at: z.number(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  bytes: z.number(),
  client: z.string(),
});
export type ServedRequestRow = z.infer<typeof ServedRequestRow>;

export const ServeState = z.strictObject({
  on: z.boolean(),
  since: z.number().nullable(),
  url: z.string().nullable(),
  addresses: z.array(z.string()),
  isPlainHttp: z.boolean(),
  /** The folder that takes pushes; null where nothing can be written. */
  writable: z.string().nullable(),
  bundles: z.array(BundleSummary),
  requests: z.number(),
  refused: z.number(),
  sentBytes: z.number(),
  receivedBytes: z.number(),
  /** The newest 500, newest first. */
  recent: z.array(ServedRequestRow),
});
export type ServeState = z.infer<typeof ServeState>;

export const HistoryRow = z.strictObject({
  job: z.string(),
  desk: z.enum(['lock', 'pack', 'verify', 'import', 'export']),
  /** RFC 3339, UTC. */
  started: z.string(),
  seconds: z.number(),
  bundle: z.string().nullable(),
  words: z.string().nullable(),
  place: z.string().nullable(),
  outcome: z.enum(['done', 'partial', 'failed', 'cancelled']),
  doneItems: z.number(),
  totalItems: z.number(),
  bytes: z.number(),
  firstNote: z.string().nullable(),
  host: z.string(),
});
export type HistoryRow = z.infer<typeof HistoryRow>;

const PathsPurpose = z.enum(['contents', 'bundle', 'folder', 'certificate']);

type Spec<K> = K extends 'invoke'
  ? { readonly input: z.ZodType; readonly output: z.ZodType }
  : { readonly payload: z.ZodType };
type Schemas = {
  readonly [G in keyof Channels]: { readonly [K in keyof Channels[G]]: Spec<Channels[G][K]> };
};

export const schemas = {
  station: {
    describe: { input: Nothing, output: StationFacts },
    /** After the engine was lost too often to come back by itself. */
    restartEngine: { input: Nothing, output: Nothing },
    changed: { payload: z.strictObject({ engine: StationFacts.shape.engine, route: Route }) },
    /** Files and bundles that were handed over from outside: argument, second start, menu. */
    opened: { payload: z.strictObject({ paths: z.array(z.string()) }) },
    /** A menu item, by the name of its action. */
    command: { payload: z.strictObject({ action: z.string() }) },
  },
  settings: {
    get: { input: Nothing, output: Settings },
    /** Some of them; answers with all. */
    save: { input: SettingsChange, output: Settings },
    /** Null unless this engine found settings that it could not use, and the side was not chosen anew since. */
    broken: { input: Nothing, output: BrokenSettings.nullable() },
    changed: { payload: Settings },
  },
  contents: {
    /** Text is read as a transfer list, as references line by line, or as manifests that name images. */
    read: {
      input: z.strictObject({
        text: z
          .string()
          .max(8 * 1024 * 1024)
          .nullable(),
        paths: z.array(Path).max(5000),
      }),
      output: ContentsFound,
    },
    /** Saves a draft as a transfer list in the folder for lists; the file it got, to be named as its own the next time. */
    write: {
      input: DraftToWrite,
      output: z.strictObject({ path: z.string(), digest: DigestSchema, savedAt: z.number() }),
    },
    /** References used before that begin with, or hold, the text. At most 20. */
    suggest: { input: z.strictObject({ text: z.string().max(500) }), output: z.array(z.string()) },
  },
  media: {
    list: { input: Nothing, output: z.array(Medium) },
    /** Resolves when it may be pulled out. */
    eject: { input: z.strictObject({ path: Path }), output: Nothing },
  },
  files: {
    /** Null for the home folder. */
    list: { input: z.strictObject({ folder: Path.nullable() }), output: FolderListing },
  },
  bundles: {
    inspect: {
      input: z.strictObject({ bundle: Path }),
      output: z.strictObject({
        bundle: BundleSummary,
        inspection: Inspection,
        found: FoundBundle,
        /** What a verify of this machine said of this bundle id last; null where there was none. */
        lastVerify: z
          .strictObject({
            job: z.string(),
            at: z.string(),
            outcome: z.enum(['done', 'partial', 'failed', 'cancelled']),
          })
          .nullable(),
      }),
    },
    diff: {
      input: z.strictObject({ older: Path, newer: Path }),
      output: z.strictObject({ older: BundleSummary, newer: BundleSummary, diff: BundleDiff }),
    },
  },
  jobs: {
    /** Running, ended since the station was started, and unfinished from before; newest first. */
    list: { input: Nothing, output: z.array(JobSnapshot) },
    items: { input: z.strictObject({ job: JobId }), output: z.array(JobItem) },
    result: { input: z.strictObject({ job: JobId }), output: JobResult.nullable() },
    start: { input: JobRequest, output: JobId },
    /** Runs the same request as a new job, which goes on where the old one was; the old one is forgotten. */
    again: { input: z.strictObject({ job: JobId }), output: JobId },
    pause: { input: z.strictObject({ job: JobId }), output: Nothing },
    goOn: { input: z.strictObject({ job: JobId }), output: Nothing },
    /** Resolves when it has stopped. What was finished is kept. */
    cancel: { input: z.strictObject({ job: JobId }), output: Nothing },
    answer: { input: z.strictObject({ job: JobId, answer: Answer }), output: Nothing },
    /** Takes an ended or interrupted job off the list. Its receipt stays. */
    forget: { input: z.strictObject({ job: JobId }), output: Nothing },
    changed: { payload: JobSnapshot },
    /** Rows that are new or changed since the last event, by their index. */
    itemsChanged: {
      payload: z.strictObject({
        job: JobId,
        items: z.array(z.strictObject({ index: z.number(), item: JobItem })),
      }),
    },
    /** Numbers alone, and by index the done bytes of items and how many of them had no need to move: at most ten a second. */
    progress: {
      payload: z.strictObject({
        job: JobId,
        at: z.number(),
        numbers: JobNumbers,
        items: z.array(z.tuple([z.number(), z.number(), z.number()])),
      }),
    },
  },
  serve: {
    state: { input: Nothing, output: ServeState },
    start: {
      input: z.strictObject({
        bundles: z.array(Path).max(50),
        /** `127.0.0.1` or `0.0.0.0`. */
        address: z.string().max(100),
        port: z.number().int().min(0).max(65_535),
        writable: Path.nullable(),
        tlsCert: Path.nullable(),
        tlsKey: Path.nullable(),
      }),
      output: ServeState,
    },
    stop: { input: Nothing, output: ServeState },
    /** At most twice a second. */
    changed: { payload: ServeState },
  },
  history: {
    list: {
      input: z.strictObject({
        text: z.string().max(500),
        desk: HistoryRow.shape.desk.nullable(),
        outcome: HistoryRow.shape.outcome.nullable(),
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(1000),
      }),
      output: z.strictObject({
        rows: z.array(HistoryRow),
        total: z.number(),
        /** Older receipts are being read for the first time: more will be known soon. */
        isReading: z.literal(true).optional(),
      }),
    },
    receipt: { input: z.strictObject({ job: z.string().max(100) }), output: Receipt },
  },
  registries: {
    /** With the profile's login, or the one given here, which is not kept. */
    test: {
      input: z.strictObject({
        host: Host,
        prefix: z.string().max(400),
        plainHttp: z.boolean(),
        certificate: z.string().max(100).nullable(),
        login: z
          .strictObject({ username: z.string().min(1).max(1000), password: z.string().max(100_000) })
          .nullable(),
      }),
      output: ProbeResult,
    },
    /** Tries it and keeps it; `storedIn` says where, in words. */
    login: {
      input: z.strictObject({
        host: Host,
        username: z.string().min(1).max(1000),
        password: z.string().max(100_000),
      }),
      output: z.strictObject({ storedIn: z.string(), plainText: z.boolean() }),
    },
    logout: { input: z.strictObject({ host: Host }), output: Nothing },
  },
  reports: {
    /** A receipt or a verify report as a file to keep. html is one page that prints well. */
    render: {
      input: z.strictObject({ job: z.string().max(100), format: z.enum(['json', 'html']) }),
      output: z.strictObject({ name: z.string(), text: z.string() }),
    },
  },
  dialogs: {
    /** The system's own dialog; only where `station.describe` says host is window. Empty where it was closed. */
    open: {
      input: z.strictObject({ purpose: PathsPurpose, multiple: z.boolean() }),
      output: z.array(z.string()),
    },
    /** Null where it was closed. */
    saveText: {
      input: z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(256 * 1024 * 1024) }),
      output: z.string().nullable(),
    },
    showInFolder: { input: z.strictObject({ path: Path }), output: Nothing },
  },
} as const satisfies Schemas;

/** What an invoked channel answers with, on every wire. */
export const ResultEnvelope = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: WireError }),
]);
