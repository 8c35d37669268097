// Draws icon.svg in the sizes that each system asks for: `node build/write-icons.ts`, after the drawing was changed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { program } from '../test/support/programs.ts';

const at = (name: string) => fileURLToPath(new URL(`./icons/${name}`, import.meta.url));

/** Linux takes a folder of them. */
const PNG_SIZES = [16, 32, 48, 64, 128, 256, 512, 1024] as const;
const ICO_SIZES = [16, 32, 48, 64, 128, 256] as const;
/** Apple's names of sizes; those at twice the points have names of their own. */
const ICNS_TYPES = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
] as const;

type Images = ReadonlyMap<number, Buffer>;

async function draw(): Promise<Images> {
  const executablePath = program('chromium')?.path;
  if (executablePath === undefined)
    throw new Error('Drawing needs Chromium (Debian: apt-get install chromium).');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    const svg = (await readFile(at('icon.svg'), 'utf8')).replace(/ width="512" height="512"/, '');
    await page.setContent(`<body style="margin:0">${svg}`);
    const images = new Map<number, Buffer>();
    for (const size of PNG_SIZES) {
      await page.setViewportSize({ width: size, height: size });
      images.set(size, await page.screenshot({ omitBackground: true }));
    }
    return images;
  } finally {
    await browser.close();
  }
}

function imageOf(images: Images, size: number): Buffer {
  const image = images.get(size);
  if (image === undefined) throw new Error(`The size ${size} was not drawn.`);
  return image;
}

/** A directory of images, then the images, which may be PNG since Vista. */
function ico(images: Images): Buffer {
  const parts = ICO_SIZES.map((size) => ({ size, image: imageOf(images, size) }));
  const head = Buffer.alloc(6 + 16 * parts.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(parts.length, 4);
  let offset = head.byteLength;
  for (const [index, { size, image }] of parts.entries()) {
    const entry = 6 + 16 * index;
    // 256 does not fit in a byte, and is written as 0.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(image.byteLength, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += image.byteLength;
  }
  return Buffer.concat([head, ...parts.map(({ image }) => image)]);
}

function icns(images: Images): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + body.byteLength, 4);
    return Buffer.concat([head, body]);
  };
  return chunk('icns', Buffer.concat(ICNS_TYPES.map(([type, size]) => chunk(type, imageOf(images, size)))));
}

const images = await draw();
await mkdir(at('png'), { recursive: true });
for (const [size, image] of images) if (size <= 512) await writeFile(at(`png/${size}x${size}.png`), image);
await writeFile(at('icon.png'), imageOf(images, 512));
await writeFile(at('icon.ico'), ico(images));
await writeFile(at('icon.icns'), icns(images));
