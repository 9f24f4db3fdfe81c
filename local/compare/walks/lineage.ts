import { GetLineageEventCommand, paginateListLineageEvents } from '@aws-sdk/client-datazone';
import type { Walks } from '../walk';

/** What pipelines have told of their runs. */
export const lineage: Walks = {
  lineageEvent: async (walker) =>
    walker.each(await walker.items(paginateListLineageEvents(walker, walker.input)), async ({ id }) => {
      // The event is the body, and everything else in headers, so that there is no JSON of the answer.
      const { event, eventTime, createdAt, ...members } = await walker.client.send(
        new GetLineageEventCommand(walker.named(id)),
      );
      const record = {
        id: members.id ?? null,
        domainId: members.domainId ?? null,
        createdBy: members.createdBy ?? null,
        event: Buffer.from(event ?? []).toString('utf8'),
        eventTime: secondsOf(eventTime),
        createdAt: secondsOf(createdAt),
      };
      return [{ id: String(id), scopeId: walker.domainIdentifier, record }];
    }),
};

function secondsOf(time: Date | undefined): number | null {
  return time === undefined ? null : time.getTime() / 1000;
}
