// One small bundle of format 1.0 to the byte. Whoever makes this test fail changes the format, and raises its version (D9).
import { describe, expect, it } from 'vitest';
import { hexOf } from '../../../shared/domain/digest.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeImage, makeReferrer } from '../../support/make-content.ts';
import { makeFile, makeLock, planOf } from './locks.ts';

const image = makeImage({ seed: 'golden', compression: 'none', layers: 1 });
const made = makeLock('golden', [
  {
    reference: 'docker.io/library/app:1.0',
    content: image,
    attached: [
      {
        kind: 'referrer',
        subject: image.root.digest,
        content: makeReferrer(image.root, { artifactType: 'application/x.sbom', text: 'sbom' }),
      },
      {
        kind: 'tag',
        subject: image.root.digest,
        tag: `sha256-${hexOf(image.root.digest)}.sig`,
        content: makeImage({ seed: 'signature', compression: 'none', layers: 1 }),
      },
    ],
  },
  makeFile('tools/tool.bin', Buffer.from('tool')),
]);

describe('format 1.0', () => {
  it('has not moved by a byte', () => {
    const plan = planOf(made);
    const sums = [...plan.front]
      .filter(([path]) => path !== 'README.txt')
      .map(([path, bytes]) => `${hexOf(digestOf(bytes))}  ${path}`);
    expect([...sums, ...plan.blobs.map(({ digest, size }) => `${digest} ${size}`)]).toMatchInlineSnapshot(`
      [
        "18f0797eab35a4597c1e9624aa4f15fd91f6254e5538c1e0d193b2a95dd4acc6  oci-layout",
        "ae5a4d23cb3057b7f6b2d1eb19289d8d0f877cc4483ab52a4be727fb97ade1aa  index.json",
        "ed63112756750e4e2a3d750d84b8e642ace51db01081da727f314d92a61934e6  airlock.json",
        "sha256:01981a5bfba3f20f65743923e674e06f28edc7a8eb88e601c07f831881440829 247",
        "sha256:01bc733bae19ef97a4b110e4430cf5b527ef939031ca1adc6d4c77cd8cdaa840 244",
        "sha256:01f242fdaddf17710fabf713c5e4df0acf4563aace4bbeb7a9d867c02ac17c30 7168",
        "sha256:146b28e6d01f7c9136c88528ac76c97d66a953a5061b38eca5f789de6cc85d53 397",
        "sha256:26087463c69918ed2dcd1d7c8f8807d9337f053872ea9e6aa5274e6c550da605 486",
        "sha256:288be7c8d765913ba8837d0a1d5f125205f02fad36cea2b8e61abe6bd57562de 397",
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a 2",
        "sha256:7c9bbe5ec9b3fb774e8fa0f54247e93c34ddf8e5d16fe3073420de0ae81a262d 4",
        "sha256:804900a3e8b273a5f308a796dec2a54fc3476f37dcdca4db86c37b82943e0a08 276",
        "sha256:98f3ae1ef67113d8140d4f6cb8d2830070e21ea48f091be519659846c771a374 4",
        "sha256:c4fa260578e4a9377ffd78e50a63fe39bb3151ea86b963f7cb4cbfabc0211b0d 556",
        "sha256:cf13ff31c7a9e0ffcb79f85cda3c931514ff63385f328d365544200b23d19616 7168",
      ]
    `);
  });
});
