import {
  GetSubscriptionCommand,
  GetSubscriptionGrantCommand,
  GetSubscriptionRequestDetailsCommand,
  paginateListSubscriptionGrants,
  paginateListSubscriptionRequests,
  paginateListSubscriptions,
} from '@aws-sdk/client-datazone';
import type { Walks } from '../walk';

/** Who gets data from whom. */
export const subscriptions: Walks = {
  subscriptionRequest: (walker) =>
    walker.each(['PENDING', 'ACCEPTED', 'REJECTED'] as const, async (status) => {
      const pages = paginateListSubscriptionRequests(walker, { ...walker.input, status });
      return walker.each(await walker.items(pages), ({ id }) =>
        walker.inDomain(id, new GetSubscriptionRequestDetailsCommand(walker.named(id))),
      );
    }),

  subscription: (walker) =>
    walker.each(['APPROVED', 'REVOKED', 'CANCELLED'] as const, async (status) => {
      const pages = paginateListSubscriptions(walker, { ...walker.input, status });
      return walker.each(await walker.items(pages), ({ id }) =>
        walker.inDomain(id, new GetSubscriptionCommand(walker.named(id))),
      );
    }),

  subscriptionGrant: async (walker) =>
    walker.each(await walker.items(paginateListSubscriptionGrants(walker, walker.input)), ({ id }) =>
      walker.inDomain(id, new GetSubscriptionGrantCommand(walker.named(id))),
    ),
};
