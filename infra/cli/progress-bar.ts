// How far something is, as a bar.

const width = 30;

/** `[##########....................]  4 of 12, running`; empty until the total is known. */
export const progressBar = (done: number, total: number, status: string): string => {
  const share = total > 0 ? Math.min(1, done / total) : status === 'done' ? 1 : 0;
  const filled = Math.floor(share * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done} of ${total}, ${status}`;
};
