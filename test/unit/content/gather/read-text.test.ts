import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContents } from '../../../../electron/engine/content/gather/read-contents.ts';
import { ContentsFound } from '../../../../shared/station/contents.ts';

const read = (text: string): Promise<ContentsFound> => readContents({ text, paths: [] });

async function rows(text: string): Promise<string[]> {
  const { items } = await read(text);
  return items.map(({ kind, reference, problem }) =>
    [kind, reference, ...(problem === null ? [] : ['!'])].join(' '),
  );
}

const NGINX = 'image docker.io/library/nginx:1.27';
const REDIS = 'image docker.io/library/redis:7';

describe('references that are pasted', () => {
  it.each([
    ['lines', 'nginx:1.27\nredis:7\n'],
    ['lines of Windows', 'nginx:1.27\r\nredis:7\r\n'],
    ['commas', 'nginx:1.27, redis:7'],
    ['blanks', 'nginx:1.27 redis:7'],
    ['quotes', `"nginx:1.27",\n'redis:7'`],
    ['backticks', '`nginx:1.27` `redis:7`'],
    ['bullets', '- nginx:1.27\n* redis:7'],
    ['numbers', '1. nginx:1.27\n2) redis:7'],
    ['blank lines and comments', '# the web\nnginx:1.27\n\nredis:7   # the cache\n'],
    ['pulls', 'docker pull nginx:1.27\n$ sudo podman pull --quiet redis:7'],
    ['pulls with options', 'docker pull --platform linux/amd64 nginx:1.27\ncrictl pull --creds a:b redis:7'],
    ['containerd', 'ctr -n k8s.io images pull nginx:1.27\nnerdctl image pull redis:7'],
    ['keys', 'image: nginx:1.27\nimage: "redis:7"'],
    ['keys and lines', 'image: nginx:1.27\nredis:7'],
    ['a Dockerfile', 'FROM --platform=linux/amd64 nginx:1.27 AS web\nFROM redis:7\nFROM scratch'],
    ['the transport of skopeo', 'docker://nginx:1.27\ndocker://redis:7'],
    ['the same twice', 'nginx:1.27\ndocker.io/library/nginx:1.27\nredis:7'],
    ['a byte order mark', '\uFEFFnginx:1.27\r\nredis:7'],
    ['typographic quotes', '“nginx:1.27”\n„redis:7“'],
    ['semicolons', 'nginx:1.27;redis:7'],
    ['an array', '["nginx:1.27", "redis:7"]'],
    ['comments of other languages', '// the web\nnginx:1.27\n; the cache\nredis:7'],
    ['commands in one line', 'docker pull nginx:1.27 && docker pull redis:7'],
    ['a command over several lines', 'docker pull \\\n  nginx:1.27\npodman pull \\\r\n  -q \\\r\n  redis:7'],
    [
      'what runs them',
      'docker run -d --name web -p 80:80 nginx:1.27 -c x\nkubectl run c --image=redis:7 --port 1',
    ],
    ['what saves them', 'docker save -o all.tar nginx:1.27 redis:7'],
    [
      'what tags and pushes them',
      'docker tag nginx:1.27 reg.example/x:1\ndocker push reg.example/x:1\nredis:7',
    ],
    [
      'what copies them',
      'skopeo copy docker://nginx:1.27 docker://reg.example/nginx:1.27\ncrane cp redis:7 reg.example/redis:7',
    ],
    ['what loads them into a cluster', 'kind load docker-image nginx:1.27\nminikube image load redis:7'],
    ['variables', 'WEB=nginx:1.27\nexport CACHE="redis:7"'],
    [
      'a table of docker',
      'REPOSITORY   TAG    IMAGE ID       CREATED       SIZE\nnginx        1.27   5f3a1b2c4d5e   2 weeks ago   187MB\nredis        7      6f3a1b2c4d5e   3 days ago    41.2 MB',
    ],
    ['a table that somebody drew', '| nginx:1.27 | web |\n|---|---|\n| redis:7 | cache |'],
    ['a fragment of a manifest', 'containers:\n  - image: nginx:1.27\n  - image: redis:7'],
  ])('are understood with %s', async (_what, text) => {
    expect(await rows(text)).toEqual([NGINX, REDIS]);
  });

  it('keep a port, a digest and the host as they are', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(await rows(`127.0.0.1:5000/team/app@${digest}`)).toEqual([
      `image 127.0.0.1:5000/team/app@${digest}`,
    ]);
  });

  it('say whether they were typed or pasted', async () => {
    expect((await read('nginx:1.27')).items[0]?.why).toBe('typed');
    expect((await read('nginx:1.27\nredis:7')).items.map(({ why }) => why)).toEqual(['pasted', 'pasted']);
  });

  it('stand as entries of a list in full', async () => {
    expect((await read('nginx:1.27')).items[0]?.entry).toEqual({ ref: 'docker.io/library/nginx:1.27' });
  });

  it('come back with what is wrong, and the good ones beside them', async () => {
    const { items, problems } = await read('nginx:1.27\nNginx::Bad');
    expect(items.map(({ problem }) => problem?.code)).toEqual([undefined, 'REFERENCE_INVALID']);
    expect(items[1]).toMatchObject({ reference: 'Nginx::Bad', entry: { ref: 'Nginx::Bad' } });
    expect(items[1]?.problem?.remedy).toBe('Write the reference as [host/]repository[:tag][@digest].');
    expect(problems).toEqual([]);
  });

  it.each([
    'the plant also needs nginx:1.27',
    'nginx redis',
    'repository: nginx',
    'docker compose pull',
    'docker run --unheard-of x nginx:1.27',
    'quay.io/a/b:1 -> reg.example/a/b:1',
  ])('make one row of `%s`, which says that it is not understood', async (line) => {
    const { items } = await read(`redis:7\n${line}\n`);
    expect(items).toHaveLength(2);
    expect(items[1]?.problem).toMatchObject({
      code: 'REFERENCE_INVALID',
      remedy: 'Leave only the references, with commas between them, or remove the line.',
    });
  });

  it('make no images of the words of a command, and none of what fetches nothing', async () => {
    expect(
      await rows('docker login -u amy -p hunter2 reg.example\ndocker load -i x.tar\nnginx:1.27'),
    ).toEqual([NGINX]);
  });

  it('keep no password of a command that is not understood', async () => {
    const found = await read('docker frobnicate --creds amy:hunter2 -p hunter2 --token=hunter2 nginx:1.27');
    expect(found.items).toMatchObject([{ reference: 'docker frobnicate nginx:1.27' }]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('of two hundred lines of every sort are all there, in their order', async () => {
    const ways = [
      (ref: string) => ref,
      (ref: string) => `docker pull ${ref}`,
      (ref: string) => `  - image: "${ref}"`,
      (ref: string) => `'${ref}',`,
      (ref: string) => `* ${ref}   # why`,
    ];
    const refs = Array.from({ length: 200 }, (_, index) => `quay.io/plant/app-${index}:1.${index}`);
    const lines = refs.map((ref, index) => ways[index % ways.length]?.(ref) ?? ref);
    lines.splice(100, 0, '', '# half', 'not a reference at all');
    const { items } = await read(`\uFEFF${lines.join('\r\n')}\r\n`);
    const faulty = items.filter(({ problem }) => problem !== null);
    expect(items.filter(({ problem }) => problem === null).map(({ reference }) => reference)).toEqual(refs);
    expect(faulty.map(({ reference }) => reference)).toEqual(['not a reference at all']);
    expect(items[100]).toBe(faulty[0]);
  });

  it('never show a login that somebody wrote into one', async () => {
    const found = await read('https://user:hunter2@example.com/a.bin\nregistry://user:hunter2@example.com/a');
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(found.items.every(({ problem }) => problem !== null)).toBe(true);
  });

  it('find nothing in nothing', async () => {
    expect(await read(' \n# only a comment\n')).toEqual({
      items: [],
      list: null,
      lockPath: null,
      bundlePath: null,
      problems: [],
    });
  });

  it('are cut where no draft takes more, and that is said', async () => {
    const many = Array.from({ length: 20_005 }, (_, index) => `example.com/app:${index}`).join('\n');
    const { items, problems } = await read(many);
    expect(items).toHaveLength(20_000);
    expect(problems.map(({ code }) => code)).toEqual(['LIMIT_EXCEEDED']);
  });
});

describe('any text', () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      'image: ',
      'nginx:1',
      '{',
      '}',
      '[',
      ']',
      '- ',
      '\n',
      ' ',
      ',',
      '"',
      '---\n',
      '&a ',
      '*a',
      '!t ',
    ),
    fc.constantFrom(
      'docker pull ',
      'helm pull ',
      '--repo ',
      'FROM ',
      'oci://',
      'https://',
      '?token=',
      '@',
      '/',
      ':',
    ),
    fc.constantFrom(
      'apiVersion: airlock/v1\n',
      'kind: TransferList\n',
      'kind: Lock\n',
      'services:\n',
      'images: ',
    ),
    fc.constantFrom('file:///', '\0', 'ü', '#', '|\n  '),
  );

  it('is answered as the screens take it, and never thrown', async () => {
    const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        const found = await read(parts.join(''));
        expect(ContentsFound.parse(found)).toEqual(found);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['options', `docker ${'-a '.repeat(100_000)}`],
    ['quotes', `x${'"'.repeat(300_000)}y`],
    ['blanks', `FROM a${' '.repeat(300_000)}b`],
    ['one word', 'a'.repeat(300_000)],
    ['braces', '{'.repeat(300_000)],
    ['slashes', `image: ${'a/'.repeat(100_000)}`],
  ])('of %s without end is answered at once', async (_what, text) => {
    const began = performance.now();
    const found = await read(text);
    expect(ContentsFound.safeParse(found).success).toBe(true);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('charts and addresses that are pasted', () => {
  it('take oci:// for a chart, with _ for the + of its version', async () => {
    const { items } = await read('oci://ghcr.io/org/app:1.2.3+build');
    expect(items).toMatchObject([
      {
        kind: 'chart',
        reference: 'ghcr.io/org/app:1.2.3_build',
        entry: { ref: 'oci://ghcr.io/org/app:1.2.3_build' },
      },
    ]);
  });

  it('ask for the version of a chart', async () => {
    const { items } = await read('oci://ghcr.io/org/app');
    expect(items[0]?.problem?.message).toBe(
      '"oci://ghcr.io/org/app" names no version, expected oci://host/repository:version.',
    );
  });

  it.each([
    ['helm pull oci://ghcr.io/org/app --version 1.2.3', { ref: 'oci://ghcr.io/org/app:1.2.3' }],
    [
      'helm upgrade --install web coder --repo https://helm.coder.com --version=~1.44 -n prod',
      { repo: 'https://helm.coder.com', name: 'coder', version: '~1.44' },
    ],
    ['helm show values https://example.com/app-1.2.3.tgz', { url: 'https://example.com/app-1.2.3.tgz' }],
  ])('understand `%s`', async (line, entry) => {
    expect((await read(line)).items).toMatchObject([{ kind: 'chart', entry, problem: null }]);
  });

  it('say what a name of a local helm repository lacks', async () => {
    const { items } = await read('helm install web bitnami/nginx');
    expect(items[0]?.problem?.remedy).toContain('--repo');
  });

  it('tell a packaged chart from a file by its name', async () => {
    const { items } = await read(
      'https://example.com/app-1.2.3.tgz https://example.com/tool.tgz https://example.com/d/tool%20a.bin?os=linux',
    );
    expect(items).toMatchObject([
      { kind: 'chart', entry: { url: 'https://example.com/app-1.2.3.tgz' } },
      { kind: 'file', reference: 'tool.tgz', entry: { url: 'https://example.com/tool.tgz', as: 'tool.tgz' } },
      { kind: 'file', reference: 'tool a.bin', entry: { as: 'tool a.bin' } },
    ]);
  });

  it('keep a query that looks signed out of the list and of every message', async () => {
    const found = await read('https://example.com/a.bin?X-Amz-Signature=s3cret');
    expect(found.items[0]).toMatchObject({ kind: 'file', problem: { code: 'SECRET_MISSING' } });
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  it('ask for a name where an address has none', async () => {
    expect((await read('https://example.com/')).items[0]?.problem?.message).toContain('No name for the file');
  });
});

describe('manifests that are pasted', () => {
  const pod = (image: string) =>
    `apiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n    - name: a\n      image: ${image}\n`;

  it('give the images of all documents', async () => {
    expect(await rows(`${pod('nginx:1.27')}---\n${pod('"redis:7"')}`)).toEqual([NGINX, REDIS]);
  });

  it('give the images of a compose file, behind anchors and in flow style', async () => {
    expect(
      await rows(
        'services:\n  web: {image: &web "nginx:1.27", build: .}\n  two: {image: *web}\n  cache:\n    image: redis:7\n',
      ),
    ).toEqual([NGINX, REDIS]);
  });

  it('give the images of JSON', async () => {
    expect(await rows(JSON.stringify({ kind: 'List', items: [{ spec: { image: 'nginx:1.27' } }] }))).toEqual([
      NGINX,
    ]);
  });

  it('pass over keys that hold no name, and tags that only others know', async () => {
    expect(
      await rows(
        'services:\n  a: {image: {repository: x}}\n  b: {image: }\n  c: {image: null}\n  d: {image: !mine nginx:1.27}\n',
      ),
    ).toEqual([NGINX]);
  });

  it('mark what only a variable completes', async () => {
    expect(await rows('services:\n  a: {image: "nginx:1.27"}\n  b: {image: "app:${TAG}"}\n')).toEqual([
      NGINX,
      'image app:${TAG} !',
    ]);
  });

  it('say so where they name no image', async () => {
    const { items, problems } = await read('apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}]}\n');
    expect(items).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      'The pasted text is a manifest that names no image.',
    ]);
  });

  it('say where one is not YAML', async () => {
    const { problems } = await read('apiVersion: v1\nkind: Pod\nspec:\n  - image: nginx\n  image: [\n');
    expect(problems).toMatchObject([{ code: 'LIST_INVALID', side: 'input' }]);
    expect(problems[0]?.message).toMatch(/^The pasted text is not YAML, in line \d+: /);
  });
});

describe('a transfer list that is pasted', () => {
  const list =
    'apiVersion: airlock/v1\nkind: TransferList\nmetadata: {name: plant}\nplatforms: [linux/amd64]\nimages: [nginx:1.27]\n';

  it('brings its name and platforms, and lies nowhere', async () => {
    const found = await read(list);
    expect(found.list).toEqual({
      path: null,
      name: 'plant',
      platforms: ['linux/amd64'],
      index: 'child',
      rest: {},
      left: [],
    });
    expect(found.items).toMatchObject([{ reference: 'docker.io/library/nginx:1.27', why: 'pasted' }]);
  });

  it('says that its relative paths and includes lead nowhere', async () => {
    const found = await read(`${list}files: [{path: ./a.bin}]\ninclude: [./more.yaml]\n`);
    expect(found.items.map(({ problem }) => problem?.message)).toEqual([
      undefined,
      '"./a.bin" is relative to a list, and pasted text lies in no folder.',
    ]);
    expect(found.problems[0]?.message).toContain('pasted text, which lies in no folder');
  });
});
