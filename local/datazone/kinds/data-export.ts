import type { Call } from '../call';
import type { Domain } from '../domain';
import { conflict, notFound } from '../faults';
import type { Handlers } from '../operations';

export const dataExport: Handlers = {
  PutDataExportConfiguration(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (input.enableExport) requireOnlyOne(call, domain);
    const { region, accountId } = call.world;
    domain.dataExport = {
      isExportEnabled: input.enableExport,
      status: 'COMPLETED',
      encryptionConfiguration: input.encryptionConfiguration ??
        domain.dataExport?.encryptionConfiguration ?? { sseAlgorithm: 'AES256' },
      s3TableBucketArn: `arn:aws:s3tables:${region}:${accountId}:bucket/aws-sagemaker-catalog`,
      createdAt: domain.dataExport?.createdAt ?? call.now,
      updatedAt: call.now,
    };
    return {};
  },

  GetDataExportConfiguration(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (domain.dataExport === undefined) throw notFound('Data export configuration of domain', domain.id);
    return domain.dataExport;
  },

  DeleteDataExportConfiguration(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (domain.dataExport === undefined) throw notFound('Data export configuration of domain', domain.id);
    domain.dataExport = undefined;
    return {};
  },
};

/** @throws Fault `ConflictException`: one domain of an account and Region may export. */
function requireOnlyOne(call: Call, domain: Domain): void {
  const other = call.world.domains.rows().find((it) => it !== domain && it.dataExport?.isExportEnabled);
  if (other) throw conflict(`Domain ${other.id} exports its data already`);
}
