// The readable beginning of a failure's body: decompressed as far as the limit, and no further.
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib';
import { responseBytesMax } from '../../shared/limits.ts';

/**
 * Text of at most 16 KiB in UTF-8, from the first bytes of a body, which may break off anywhere. A
 * body in an unknown encoding, or damaged from its start, is taken as it came.
 */
export const decodeAnswer = async (bytes: Buffer, encoding = ''): Promise<string> => {
  const decoder = decoderFor(encoding.trim().toLowerCase(), bytes);
  const decoded = decoder === undefined ? bytes : await decompress(decoder, bytes);
  return cutExcerpt(cut(decoded.length > 0 ? decoded : bytes));
};

/** The beginning of a text, as long as an excerpt may be. */
export const cutExcerpt = (text: string): string => cut(Buffer.from(text));

type Decoder = ReturnType<typeof createGunzip> | ReturnType<typeof createBrotliDecompress>;

/** A body that breaks off is no error: what it holds so far is given out. */
const flush = { finishFlush: constants.Z_SYNC_FLUSH };
const brotliFlush = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

const decoderFor = (encoding: string, bytes: Buffer): Decoder | undefined => {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(flush);
    case 'deflate':
      // Some leave out zlib's header. https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
      return (bytes[0] ?? 0) % 16 === 8 ? createInflate(flush) : createInflateRaw(flush);
    case 'br':
      // A window of 8 or 16 MiB would be filled before the first byte came out: it is not decoded.
      // https://www.rfc-editor.org/rfc/rfc7932#section-9.1
      return ((bytes[0] ?? 0) & 0b1101) === 0b1101
        ? undefined
        : createBrotliDecompress(brotliFlush);
    default:
      return undefined;
  }
};

const decompress = async (decoder: Decoder, bytes: Buffer): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let size = 0;
  decoder.end(bytes);
  try {
    for await (const part of decoder as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= responseBytesMax) break;
    }
  } catch {
    // Damaged further on: its beginning is still worth reading.
  }
  return Buffer.concat(parts);
};

/** Cuts between characters. Bytes that are not UTF-8 grow when they are replaced: their text is cut again. */
const cut = (bytes: Buffer): string =>
  new TextDecoder().decode(bytes.subarray(0, responseBytesMax), { stream: true });
