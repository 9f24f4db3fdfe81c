import type { JsonObject, Kind, Reading } from './kind';
import { reading, searchPage } from './pages';
import { type Channel, divide, type Structure } from './shape';
import { time } from './times';

export interface SearchedArgs {
  /** What Search is asked for (`GLOSSARY`), and the member that holds it in an item of the answer. */
  readonly searchScope: string;
  readonly item: string;
  /** The Get that shows the same members. */
  readonly get: string;
  readonly shape: Structure;
}

/** How kinds are read that Search shows whole, all of the domain at once. */
export function searched({
  searchScope,
  item,
  get,
  shape,
}: SearchedArgs): Pick<Kind, 'scope' | 'actions' | 'shape' | 'channels' | 'indexed' | 'enumerate' | 'read'> {
  const searchChannel: Channel = {
    operation: 'Search',
    omitted: { additionalAttributes: 'why a search text matched; no search text is sent' },
  };
  const getChannel: Channel = { operation: get };
  const identify = (raw: JsonObject, channel: Channel): Reading => {
    const divided = divide(raw, shape, channel);
    return reading(divided, 'id', 'domainId', time(divided.record, 'updatedAt', 'createdAt'));
  };
  return {
    scope: 'domain',
    actions: ['datazone:Search', `datazone:${get}`],
    shape,
    channels: [searchChannel, getChannel],
    indexed: true,
    enumerate: (source, _scopeId, cursor) =>
      searchPage(source, 'Search', { searchScope }, item, (raw) => identify(raw, searchChannel), cursor),
    read: async (source, id) => identify(await source.call(get, { identifier: id }), getChannel),
  };
}
