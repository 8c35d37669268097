import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFetchStore } from '../../../electron/engine/content/fetch-store.ts';
import { parseChecksums } from '../../../electron/engine/content/files/checksum-file.ts';
import { fileArtifact } from '../../../electron/engine/content/files/file-artifact.ts';
import { resolveFile } from '../../../electron/engine/content/files/index.ts';
import { toLockPath } from '../../../electron/engine/content/files/local-path.ts';
import { hashFile } from '../../../electron/engine/content/files/read-file.ts';
import type { FileEntry, ResolveContext } from '../../../electron/engine/content/index.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import { parseManifest } from '../../../electron/engine/oci/manifest.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { LockItem } from '../../../shared/format/lock.ts';
import { seededBytes } from '../../support/make-content.ts';
import { fileEntry } from '../../support/make-entries.ts';
import { createMemoryWeb } from '../../support/memory-web.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const tool = seededBytes('tool', 10_000);
const sha256 = createHash('sha256').update(tool).digest('hex');
const sha512 = createHash('sha512').update(tool).digest('hex');
const md5 = createHash('md5').update(tool).digest('hex');
const url = 'https://example.com/dist/tool.bin';

type WebFile = Extract<FileEntry, { readonly from: 'url' }>;

function webFile(overrides: Partial<WebFile> = {}): WebFile {
  const { kind, at, base, as, executable } = fileEntry();
  const stated = { sha256: undefined, sha512: undefined, checksum: undefined };
  return {
    kind,
    at,
    base,
    as,
    executable,
    ...stated,
    from: 'url',
    url,
    secretQuery: undefined,
    ...overrides,
  };
}

async function setUp(overrides: Partial<ResolveContext> = {}) {
  const folder = await tempFolder();
  const web = createMemoryWeb();
  const context: ResolveContext = {
    job: quietContext(),
    client: web.client,
    store: createFetchStore(join(folder, 'store')),
    lockBase: folder,
    noFetch: false,
    environment: {},
    ...overrides,
  };
  const resolveOne = async (entry: FileEntry) => {
    const [resolved] = await resolveFile(entry, context);
    if (resolved === undefined) throw new Error('nothing was resolved');
    expect(LockItem.parse(resolved.item)).toEqual(resolved.item);
    return resolved;
  };
  return { folder, web, context, resolveOne };
}

describe('a local file', () => {
  it('is hashed where it lies and becomes an artifact that names it', async () => {
    const { folder, resolveOne, context } = await setUp();
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', '.hidden tool'), tool);
    const { item, blobs, manifests } = await resolveOne(
      fileEntry({ base: folder, path: './sub/.hidden tool', as: '.hidden tool', executable: true }),
    );
    expect(item).toMatchObject({
      kind: 'file',
      reference: '.hidden tool',
      source: { type: 'path', path: 'sub/.hidden tool' },
      madeByAirlock: true,
      stated: { by: 'firstSeen' },
      executable: true,
    });
    expect(blobs).toEqual([{ digest: `sha256:${sha256}`, size: tool.byteLength }]);
    expect(manifests.get(item.root?.digest as Digest)).toBeDefined();
    expect(await context.store.has(`sha256:${sha256}` as Digest)).toBeUndefined();
  });

  it('takes a digest that the list states, in both algorithms, and refuses another, showing both', async () => {
    const { folder, resolveOne } = await setUp();
    await writeFile(join(folder, 'tool.bin'), tool);
    const entry = fileEntry({ base: folder, sha256: sha256.toUpperCase(), sha512 });
    expect((await resolveOne(entry)).item.stated).toEqual({ by: 'list', sha256, sha512 });
    for (const wrong of [{ sha256: 'a'.repeat(64) }, { sha512: 'b'.repeat(128) }])
      await expect(resolveOne(fileEntry({ base: folder, ...wrong }))).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
        message: expect.stringMatching(
          /^list\.yaml:7:5: .*sha(256|512):[0-9a-f]{64}.*sha(256|512):[ab]{64}/,
        ) as string,
      });
  });

  it('that is not there is told with the place in the list', async () => {
    const { folder, resolveOne } = await setUp();
    await expect(resolveOne(fileEntry({ base: folder }))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/^list\.yaml:7:5: .*tool\.bin/) as string,
    });
    await mkdir(join(folder, 'tool.bin'));
    await expect(resolveOne(fileEntry({ base: folder }))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('that grows while it is read is refused by name, and read again before that', async () => {
    const path = join(await tempFolder(), 'app.log');
    await writeFile(path, Buffer.alloc(3 * 1024 * 1024));
    // The signal is looked at in the middle of reading; just then the log grows.
    const growing = new AbortController().signal;
    growing.throwIfAborted = () => appendFileSync(path, 'one more line\n');
    await expect(hashFile(path, quietContext({ signal: growing }))).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
      message: expect.stringContaining(path) as string,
    });
    await expect(hashFile(path, quietContext())).resolves.toHaveProperty('size');
  });
});

describe('a file of the web', () => {
  it('is read into the store to learn its digest, and said to be first seen', async () => {
    const { web, resolveOne, context } = await setUp();
    web.serve(url, tool);
    const { item, blobs } = await resolveOne(webFile());
    expect(item).toMatchObject({ stated: { by: 'firstSeen' }, source: { type: 'url', url } });
    expect(item.source).toHaveProperty('etag');
    expect(blobs).toEqual([{ digest: `sha256:${sha256}`, size: tool.byteLength }]);
    expect(await context.store.has(`sha256:${sha256}` as Digest)).toBe(tool.byteLength);
  });

  it('is pinned without being read where its sha256 is stated and HEAD tells its size', async () => {
    const { web, resolveOne } = await setUp();
    web.serve(url, tool);
    const { item, blobs } = await resolveOne(webFile({ sha256 }));
    expect(web.requests).toEqual([`HEAD ${url}`]);
    expect(item.root).toBeDefined();
    expect(blobs).toEqual([{ digest: `sha256:${sha256}`, size: tool.byteLength }]);
  });

  it('is read where a sha512 is stated too, which nothing but its bytes can be held against', async () => {
    const { web, resolveOne } = await setUp();
    web.serve(url, tool);
    const wrong = webFile({ sha256, sha512: 'b'.repeat(128) });
    await expect(resolveOne(wrong)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is read where HEAD does not help, and what differs from the statement is not kept', async () => {
    const { web, resolveOne, context } = await setUp();
    web.serve(url, tool, { head: false });
    await resolveOne(webFile({ sha256 }));
    expect(await context.store.has(`sha256:${sha256}` as Digest)).toBe(tool.byteLength);
    const other = Buffer.from('something else');
    web.serve(url, other, { sized: false });
    await expect(resolveOne(webFile({ sha256 }))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      details: { expected: `sha256:${sha256}`, found: digestOf(other) },
    });
    expect(await context.store.has(digestOf(other))).toBeUndefined();
  });

  it('stays unpinned with --no-fetch, named by size and ETag, unless its digest is stated', async () => {
    const { web, resolveOne } = await setUp({ noFetch: true });
    web.serve(url, tool);
    const { item, blobs } = await resolveOne(webFile());
    expect(item.root).toBeUndefined();
    expect(item.unpinned).toEqual({ url, size: tool.byteLength, etag: expect.any(String) as string });
    expect(blobs).toEqual([]);
    expect(web.requests).toEqual([`HEAD ${url}`]);
    expect((await resolveOne(webFile({ sha256 }))).item.root).toBeDefined();
  });

  it.each([
    ['tool.bin.sha256', `${sha256}\n`, { sha256 }],
    ['tool.bin.sha512', `${sha512}  tool.bin\n`, { sha512 }],
    ['SHA256SUMS', `${'0'.repeat(64)}  other.bin\r\n${sha256} *dist/tool.bin\r\n`, { sha256 }],
    ['CHECKSUM', `SHA256 (tool.bin) = ${sha256}\nSHA512 (tool.bin) = ${sha512}\n`, { sha256, sha512 }],
    ['sums', `SHA2-256(./tool.bin)= ${sha256}`, { sha256 }],
  ])('takes what its maker states in %s', async (name, text, stated) => {
    const { web, resolveOne } = await setUp();
    const checksum = `https://example.com/dist/${name}`;
    web.serve(url, tool);
    web.serve(checksum, text);
    expect((await resolveOne(webFile({ checksum }))).item.stated).toEqual({
      by: 'checksum',
      url: checksum,
      ...stated,
    });
  });

  it('is first seen where its maker has MD5 alone, and that is said', async () => {
    const { web, resolveOne } = await setUp();
    web.serve(url, tool);
    web.serve(`${url}.md5`, `${md5}  tool.bin\n`);
    const { item, notes } = await resolveOne(webFile({ checksum: `${url}.md5` }));
    expect(item.stated).toEqual({ by: 'firstSeen' });
    expect(notes.join()).toContain('MD5');
  });

  it('is refused where its checksum file speaks of other bytes or other files', async () => {
    const { web, resolveOne } = await setUp();
    web.serve(url, tool);
    web.serve('https://example.com/SHA512SUMS', `${'1'.repeat(128)}  tool.bin\n`);
    await expect(resolveOne(webFile({ checksum: 'https://example.com/SHA512SUMS' }))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    web.serve('https://example.com/SHA256SUMS', `${sha256}  tool.exe\n${sha256}  tool.msi\n`);
    await expect(resolveOne(webFile({ checksum: 'https://example.com/SHA256SUMS' }))).rejects.toMatchObject({
      code: 'CHECKSUM_UNUSABLE',
    });
    await expect(resolveOne(webFile({ checksum: 'https://example.com/none' }))).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
    });
  });
});

describe('a secret query', () => {
  const query = 'X-Amz-Signature=abcdef0123456789&X-Amz-Expires=60';
  const withSecret = quietContext({
    secret: (name) => (name === 'AIRLOCK_QUERY_2' ? `?${query}` : undefined),
  });

  it('is put on when the file is fetched, and stands in nothing that is kept', async () => {
    const { web, resolveOne } = await setUp({ job: withSecret });
    web.serve(`${url}?${query}`, tool);
    const resolved = await resolveOne(webFile({ secretQuery: 2 }));
    expect(web.requests).toEqual([`GET ${url}?${query}`]);
    expect(resolved.item.source).toMatchObject({ url, secretQuery: 2 });
    expect(JSON.stringify([resolved.item, resolved.blobs, resolved.notes])).not.toContain('Amz');
    expect(Buffer.concat([...resolved.manifests.values()]).toString()).not.toContain('Amz');
  });

  it('is cut out of every error', async () => {
    const { web, resolveOne } = await setUp({ job: withSecret });
    const failed = await resolveOne(webFile({ secretQuery: 2 })).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: expect.stringContaining(url) as string,
    });
    expect(String(failed)).not.toContain('abcdef');
    expect(web.requests).toHaveLength(1);
  });

  it('that nobody has is asked for, then refused by the name of its variable', async () => {
    const { web, resolveOne } = await setUp();
    web.serve(url, tool);
    await expect(resolveOne(webFile({ secretQuery: 3 }))).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining('AIRLOCK_QUERY_3') as string,
    });
    const asked = await setUp({
      job: quietContext({ ask: () => Promise.resolve({ kind: 'secret', value: 'token=1234567' }) }),
    });
    asked.web.serve(`${url}?token=1234567`, tool);
    await expect(asked.resolveOne(webFile({ secretQuery: 3 }))).resolves.toBeDefined();
  });
});

describe('the artifact of a file', () => {
  it('has exactly the fields of the format, byte for byte the same each time', () => {
    const file = {
      as: 'updates/tool.bin',
      executable: true,
      digest: `sha256:${sha256}` as Digest,
      size: 10_000,
    };
    const { root, manifests } = fileArtifact(file);
    expect(Buffer.from(manifests.get(root.digest) ?? []).toString()).toBe(
      `{"artifactType":"application/vnd.airlock.file.v1","config":{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","mediaType":"application/vnd.oci.empty.v1+json","size":2},"layers":[{"annotations":{"org.opencontainers.image.title":"updates/tool.bin","vnd.airlock.executable":"true"},"digest":"sha256:${sha256}","mediaType":"application/octet-stream","size":10000}],"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}`,
    );
    expect(fileArtifact(file)).toEqual({ root, manifests });
    const plain = fileArtifact({ ...file, executable: false });
    expect(Buffer.from(plain.manifests.get(plain.root.digest) ?? []).toString()).not.toContain('executable');
  });

  it('shares its blob with any other file of the same bytes', () => {
    const layersOf = (as: string) => {
      const { root, manifests } = fileArtifact({
        as,
        executable: false,
        digest: `sha256:${sha256}` as Digest,
        size: 1,
      });
      const parsed = parseManifest(manifests.get(root.digest) ?? new Uint8Array(), root.mediaType, as);
      return parsed.kind === 'manifest' ? parsed.manifest.layers.map(({ digest }) => digest) : [];
    };
    expect(layersOf('a/tool.bin')).toEqual(layersOf('.b'));
  });
});

it('writes local paths with forward slashes, relative where the list has them so', () => {
  const folder = dirname(process.cwd());
  expect(toLockPath(folder, join(folder, 'lists'), join('..', 'media', 'a.tar'))).toBe('media/a.tar');
  expect(toLockPath(folder, join(folder, 'lists'), './a.tar')).toBe('lists/a.tar');
  expect(toLockPath(folder, folder, join(folder, 'a.tar'))).toBe(join(folder, 'a.tar').replaceAll('\\', '/'));
});

it('refuses checksum documents that say nothing or two things', () => {
  const at = 'https://example.com/SHA256SUMS';
  expect(() => parseChecksums('<html>', 'tool.bin', at)).toThrow('has no checksum');
  expect(() =>
    parseChecksums(`${sha256}  a/tool.bin\n${'2'.repeat(64)}  b/tool.bin\n`, 'tool.bin', at),
  ).toThrow('two different checksums');
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${sha256}  tool.bin\n-----BEGIN PGP SIGNATURE-----\nabc=\n`;
  expect(parseChecksums(signed, 'tool.bin', at)).toEqual({ sha256, sha512: undefined });
});
