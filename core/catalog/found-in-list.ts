import type { Page, Reading } from './kind';
import { InvalidRequestError, ResourceAbsentError } from './source';

/**
 * One resource of a kind that no Get shows: its list is read until it comes. A list may know no 404, and call the
 * request invalid where what the resource belongs to is gone. Throws `ResourceAbsentError` where it does not come.
 */
export async function foundInList(
  id: string,
  page: (cursor: string | undefined) => Promise<Page>,
): Promise<Reading> {
  let cursor: string | undefined;
  do {
    const read = await page(cursor).catch((error: unknown) => {
      if (!(error instanceof InvalidRequestError)) throw error;
      throw new ResourceAbsentError(error.message, { cause: error });
    });
    const found = read.readings.find((reading) => reading.id === id);
    if (found !== undefined) return found;
    ({ cursor } = read);
  } while (cursor !== undefined);
  throw new ResourceAbsentError(`${id} is not listed`);
}
