// The excerpt of a failure's body: decompressed, cut to 16 KiB, readable whatever was sent.
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAnswer } from '../../../functions/deliver/decode-answer.ts';
import { responseBytesMax } from '../../../shared/limits.ts';

const encoders = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  GZip: gzipSync,
  ' gzip ': gzipSync,
} as const;

it.each(Object.entries(encoders))('reads what %j encoded', async (encoding, encode) => {
  expect(await decodeAnswer(encode('déjà vu'), encoding)).toBe('déjà vu');
});

it('reads "deflate" without the header that some servers leave out', async () => {
  expect(await decodeAnswer(deflateRawSync('déjà vu'), 'deflate')).toBe('déjà vu');
});

it.each(['', 'identity', 'gzip, gzip', 'compress', 'zstd', 'toString'])(
  'takes the bytes as they are where the encoding is %j',
  async (encoding) => {
    expect(await decodeAnswer(Buffer.from('plain'), encoding)).toBe('plain');
  },
);

it.each(['gzip', 'deflate', 'br'])(
  'takes plain bytes that only claim to be %s',
  async (encoding) => {
    expect(await decodeAnswer(Buffer.from('plain text'), encoding)).toBe('plain text');
  },
);

it.each(['gzip', 'deflate', 'br'] as const)(
  'reads the beginning of a %s body that breaks off',
  async (encoding) => {
    const text = Array.from({ length: 3_000 }, (_, i) => `line ${i * 7919}`).join('\n');
    const encoded = encoders[encoding](text);

    const excerpt = await decodeAnswer(encoded.subarray(0, encoded.length / 2), encoding);

    expect(excerpt.length).toBeGreaterThan(1_000);
    expect(text.startsWith(excerpt)).toBe(true);
  },
);

it.each(['gzip', 'deflate', 'br'] as const)(
  'keeps 16 KiB of what is longer, %s or not',
  async (encoding) => {
    const text = 'x'.repeat(responseBytesMax + 1);

    expect(await decodeAnswer(encoders[encoding](text), encoding)).toHaveLength(responseBytesMax);
    expect(await decodeAnswer(Buffer.from(text))).toHaveLength(responseBytesMax);
  },
);

it('does not decode brotli whose window alone would cost 16 MiB', async () => {
  const encoded = brotliCompressSync('x'.repeat(100_000), {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: 1 << 24 },
  });

  expect(encoded[0]! & 0b1111).toBe(0b1111);
  expect(await decodeAnswer(encoded, 'br')).not.toContain('xx');
});

it('cuts between characters, not within one', async () => {
  for (const start of ['', 'a', 'ab', 'abc']) {
    const excerpt = await decodeAnswer(Buffer.from(start + '€'.repeat(responseBytesMax)));

    expect(excerpt).toMatch(/^a?b?c?€+$/);
    expect(Buffer.byteLength(excerpt)).toBeGreaterThan(responseBytesMax - 3);
  }
});

it('never exceeds 16 KiB of UTF-8, whatever the bytes and whatever they claim to be', async () => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: responseBytesMax + 1024, size: 'max' }),
    fc.constant(new Uint8Array(responseBytesMax).fill(0xff)),
    fc.uint8Array().map((bytes) => zstdCompressSync(bytes)),
    fc.uint8Array().map((bytes) => gzipSync(bytes)),
  );
  const encodings = fc.constantFrom('', 'gzip', 'deflate', 'br', 'zstd');
  await fc.assert(
    fc.asyncProperty(bodies, encodings, async (bytes, encoding) => {
      const excerpt = await decodeAnswer(Buffer.from(bytes), encoding);

      expect(Buffer.byteLength(excerpt)).toBeLessThanOrEqual(responseBytesMax);
      expect(excerpt.isWellFormed()).toBe(true);
    }),
  );
});
