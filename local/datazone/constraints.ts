import * as datazone from '@aws-sdk/client-datazone';
import { enumOfMember } from './enums.generated';

/** What a value must satisfy beyond its type; lengths count characters, list elements or map entries. */
export interface Limit {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** A value that fits `pattern`. */
  readonly example?: string;
  readonly integer?: true;
  /** Holds for each element of a list. */
  readonly each?: Limit;
}

const id: Limit = { pattern: /^[a-zA-Z0-9_-]{1,36}$/, example: '5b1x7ofc9r2tah' };
const domainId: Limit = { pattern: /^dzd[-_][a-zA-Z0-9_-]{1,36}$/, example: 'dzd_4k2p9s6m1q7w3e' };
const unitId: Limit = { min: 1, max: 256, pattern: /^[a-z0-9_-]+$/, example: 'a1b2c3d4e5f6g7' };
const typeId = { pattern: /^(?!\.)[\w.]*\w$/, example: 'amazon.datazone.GlueTableFormType' };
const words: Limit = { min: 1, max: 64, pattern: /^[\w -]+$/, example: 'Sales Data-1' };
const region: Limit = { pattern: /^[a-z]{2}-?(iso|gov)?-[a-z]*-[0-9]$/, example: 'eu-west-1' };
const account: Limit = { pattern: /^\d{12}$/, example: '111122223333' };
const roleArn: Limit = {
  pattern: /^arn:aws[^:]*:iam::\d{12}:role(\/[a-zA-Z0-9+=,.@_-]+)*\/[a-zA-Z0-9+=,.@_-]+$/,
  example: 'arn:aws:iam::111122223333:role/data/Steward',
};
const userIdentifier: Limit = {
  pattern:
    /^(([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-([A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}|[a-zA-Z_0-9+=,.@-]+|arn:aws:iam::\d{12}:.+)$/,
  example: 'arn:aws:iam::111122223333:role/Steward',
};
const name256: Limit = { min: 1, max: 256 };
const text1024: Limit = { min: 0, max: 1024 };
const text2048: Limit = { min: 0, max: 2048 };
const text4096: Limit = { min: 0, max: 4096 };
const revision: Limit = { min: 1, max: 64 };
const pageOf25: Limit = { min: 1, max: 25, integer: true };
const forms: Limit = { min: 0, max: 10 };
const governedTerms: Limit = { min: 1, max: 5, each: id };
const relatedTerms: Limit = { min: 1, max: 10, each: id };
const clauses: Limit = { min: 1, max: 100 };
const principals: Limit = {
  min: 1,
  max: 20,
  each: { pattern: /^[a-zA-Z0-9:/._-]*$/, example: 'arn:aws:iam::111122223333:role/Consumer' },
};
const formType: Limit = { min: 1, max: 385, ...typeId };
const assetType: Limit = { min: 1, max: 513, ...typeId };
const productName: Limit = { min: 1, max: 64 };
const productDescription: Limit = { min: 1, max: 4096 };
const attributeName: Limit = { min: 1, max: 256 };
const timeSeriesForm: Limit = { min: 1, max: 128 };

/** Limits that a member of this name has wherever it occurs in an input. */
const byMember: Readonly<Record<string, Limit>> = {
  domainIdentifier: domainId,
  projectIdentifier: id,
  owningProjectIdentifier: id,
  environmentBlueprintIdentifier: id,
  environmentIdentifier: id,
  projectProfileId: id,
  domainUnitId: unitId,
  domainUnitIdentifier: unitId,
  parentDomainUnitIdentifier: unitId,
  clientToken: { min: 1, max: 128, pattern: /^[\x21-\x7E]+$/, example: 'run-1/asset:7' },
  maxResults: { min: 1, max: 50, integer: true },
  nextToken: { min: 1, max: 8192 },
  description: text2048,
  glossaryTerms: { min: 1, max: 20, each: id },
  formsInput: forms,
  searchIn: { min: 1, max: 10 },
  searchText: { min: 1, max: 512 },
  attribute: { min: 1, max: 128 },
  typeRevision: revision,
  entityRevision: revision,
  listingRevision: revision,
  revision,
  provisioningRoleArn: roleArn,
  manageAccessRoleArn: roleArn,
  manageAccessRole: roleArn,
  domainExecutionRole: roleArn,
  serviceRole: roleArn,
  awsAccountId: account,
  awsAccountRegion: region,
  deploymentOrder: { min: 0, max: 16, integer: true },
  userIdentifier,
};

/** Limits of one member of one structure; they come before those by member name alone. */
const byStructure: Readonly<Record<string, Limit>> = {
  'GetDomainInput.identifier': domainId,
  'UpdateDomainInput.identifier': domainId,
  'DeleteDomainInput.identifier': domainId,
  'CreateDomainInput.kmsKeyIdentifier': {
    min: 1,
    max: 1024,
    pattern: /^arn:aws(|-cn|-us-gov):kms:[a-zA-Z0-9-]*:[0-9]{12}:key\/[a-zA-Z0-9-]{36}$/,
    example: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef',
  },
  'ListDomainsInput.maxResults': pageOf25,
  'ListDomainUnitsForParentInput.maxResults': pageOf25,
  'ListEntityOwnersInput.maxResults': pageOf25,
  'ListPolicyGrantsInput.maxResults': pageOf25,
  'ListRulesInput.maxResults': { min: 25, max: 50, integer: true },
  'GetDomainUnitInput.identifier': unitId,
  'CreateDomainUnitInput.name': { ...words, max: 128 },
  'UpdateDomainUnitInput.identifier': unitId,
  'UpdateDomainUnitInput.name': { ...words, max: 128 },
  'DeleteDomainUnitInput.identifier': unitId,
  'UpdateRootDomainUnitOwnerInput.currentOwner': userIdentifier,
  'SearchGroupProfilesInput.searchText': text1024,
  'CreateRuleInput.name': { ...words, max: 256 },
  'UpdateRuleInput.name': { ...words, max: 256 },
  'GetRuleInput.identifier': id,
  'UpdateRuleInput.identifier': id,
  'DeleteRuleInput.identifier': id,
  'AssetTypesForRule.specificAssetTypes': { min: 1 },
  'ProjectsForRule.specificProjects': { min: 1, each: id },
  'MetadataFormEnforcementDetail.requiredMetadataForms': { min: 1, max: 5 },
  'MetadataFormReference.typeIdentifier': formType,
  'GlossaryTermEnforcementDetail.requiredGlossaryTermIds': { min: 1, max: 5, each: id },
  'DomainUnitFilterForProject.domainUnit': unitId,
  'RemovePolicyGrantInput.grantIdentifier': { pattern: /^[A-Za-z0-9+/]{10}$/, example: 'aB3+/xYz09' },
  'SearchUserProfilesInput.searchText': text1024,
  'CreateUserProfileInput.sessionName': { min: 2, max: 64 },
  'CreateProjectInput.name': words,
  'UpdateProjectInput.name': words,
  'ListProjectsInput.name': words,
  'GetProjectInput.identifier': id,
  'UpdateProjectInput.identifier': id,
  'DeleteProjectInput.identifier': id,
  'CreateProjectInput.resourceTags': { min: 0, max: 25 },
  'CreateProjectProfileInput.name': words,
  'GetProjectProfileInput.identifier': id,
  'UpdateProjectProfileInput.identifier': id,
  'UpdateProjectProfileInput.name': words,
  'DeleteProjectProfileInput.identifier': id,
  'CreateProjectProfileInput.projectResourceTags': { min: 0, max: 25 },
  'UpdateProjectProfileInput.projectResourceTags': { min: 0, max: 25 },
  'CreateAccountPoolInput.name': words,
  'UpdateAccountPoolInput.name': words,
  'GetAccountPoolInput.identifier': id,
  'UpdateAccountPoolInput.identifier': id,
  'DeleteAccountPoolInput.identifier': id,
  'ListAccountsInAccountPoolInput.identifier': id,
  'AccountSource.accounts': { min: 1, max: 25 },
  'AccountInfo.supportedRegions': { min: 1, max: 3, each: region },
  'AccountInfo.awsAccountName': name256,
  'CustomAccountPoolHandler.lambdaFunctionArn': {
    pattern:
      /^arn:(aws|aws-cn|aws-us-gov):lambda:[a-z]{2}(-gov)?-[a-z]+-\d+:\d{12}:function:[\w-]+(:[\w-]+)?(\$[\w-]+)?$/,
    example: 'arn:aws:lambda:eu-west-1:111122223333:function:accounts',
  },
  'CustomAccountPoolHandler.lambdaExecutionRoleArn': roleArn,
  'EnvironmentConfiguration.name': words,
  'EnvironmentConfiguration.environmentBlueprintId': id,
  'EnvironmentConfiguration.accountPools': { min: 1, max: 10, each: id },
  'CreateEnvironmentBlueprintInput.name': words,
  'GetEnvironmentBlueprintInput.identifier': id,
  'UpdateEnvironmentBlueprintInput.identifier': id,
  'DeleteEnvironmentBlueprintInput.identifier': id,
  'CustomParameter.keyName': { pattern: /^[a-zA-Z_][a-zA-Z0-9_]*$/, example: 'instanceType' },
  'ListEnvironmentBlueprintsInput.name': words,
  'PutEnvironmentBlueprintConfigurationInput.enabledRegions': { each: { min: 4, max: 16, ...region } },
  'CreateEnvironmentProfileInput.name': words,
  'GetEnvironmentProfileInput.identifier': id,
  'UpdateEnvironmentProfileInput.identifier': id,
  'UpdateEnvironmentProfileInput.name': words,
  'DeleteEnvironmentProfileInput.identifier': id,
  'GetEnvironmentInput.identifier': id,
  'UpdateEnvironmentInput.identifier': id,
  'DeleteEnvironmentInput.identifier': id,
  'CreateEnvironmentInput.environmentProfileIdentifier': id,
  'CreateSubscriptionTargetInput.name': name256,
  'CreateSubscriptionTargetInput.authorizedPrincipals': principals,
  'UpdateSubscriptionTargetInput.name': name256,
  'UpdateSubscriptionTargetInput.authorizedPrincipals': principals,
  'CreateGlossaryInput.name': name256,
  'CreateGlossaryInput.description': text4096,
  'CreateGlossaryInput.usageRestrictions': { min: 1, max: 1 },
  'UpdateGlossaryInput.name': name256,
  'UpdateGlossaryInput.description': text4096,
  'GetGlossaryInput.identifier': id,
  'UpdateGlossaryInput.identifier': id,
  'DeleteGlossaryInput.identifier': id,
  'CreateGlossaryTermInput.name': name256,
  'CreateGlossaryTermInput.glossaryIdentifier': id,
  'CreateGlossaryTermInput.shortDescription': text1024,
  'CreateGlossaryTermInput.longDescription': text4096,
  'UpdateGlossaryTermInput.name': name256,
  'UpdateGlossaryTermInput.glossaryIdentifier': id,
  'UpdateGlossaryTermInput.shortDescription': text1024,
  'UpdateGlossaryTermInput.longDescription': text4096,
  'GetGlossaryTermInput.identifier': id,
  'UpdateGlossaryTermInput.identifier': id,
  'DeleteGlossaryTermInput.identifier': id,
  'TermRelations.isA': relatedTerms,
  'TermRelations.classifies': relatedTerms,
  'CreateFormTypeInput.name': {
    min: 1,
    max: 128,
    pattern: /^(amazon\.datazone\.)?((?![0-9_])\w+|_\w*[a-zA-Z0-9]\w*)$/,
    example: 'QualityForm',
  },
  'Model.smithy': { min: 1, max: 100_000 },
  'GetFormTypeInput.formTypeIdentifier': formType,
  'DeleteFormTypeInput.formTypeIdentifier': formType,
  'FormEntryInput.typeIdentifier': formType,
  'CreateAssetTypeInput.name': { ...name256, pattern: /^[^.]*.*$/, example: 'QualityAssetType' },
  'GetAssetTypeInput.identifier': assetType,
  'DeleteAssetTypeInput.identifier': assetType,
  'CreateAssetInput.name': name256,
  'CreateAssetInput.typeIdentifier': assetType,
  'CreateAssetInput.externalIdentifier': { min: 1, max: 600 },
  'CreateAssetRevisionInput.name': name256,
  'CreateAssetRevisionInput.identifier': id,
  'DeleteAssetInput.identifier': id,
  'ListAssetRevisionsInput.identifier': id,
  'FormInput.formName': {
    min: 1,
    max: 128,
    pattern: /^((?![0-9_])\w+|_\w*[a-zA-Z0-9]\w*)$/,
    example: 'QualityForm',
  },
  'FormInput.typeIdentifier': formType,
  'FormInput.typeRevision': { ...revision, pattern: /^[a-zA-Z0-9_-]+$/, example: '1' },
  'FormInput.content': { min: 0, max: 300_000 },
  'AssociateGovernedTermsInput.entityIdentifier': id,
  'AssociateGovernedTermsInput.governedGlossaryTerms': governedTerms,
  'DisassociateGovernedTermsInput.entityIdentifier': id,
  'DisassociateGovernedTermsInput.governedGlossaryTerms': governedTerms,
  'CreateListingChangeSetInput.entityIdentifier': id,
  'GetListingInput.identifier': id,
  'DeleteListingInput.identifier': id,
  'CreateDataProductInput.name': productName,
  'CreateDataProductInput.description': productDescription,
  'CreateDataProductInput.items': { min: 1 },
  'CreateDataProductRevisionInput.identifier': id,
  'CreateDataProductRevisionInput.name': productName,
  'CreateDataProductRevisionInput.description': productDescription,
  'CreateDataProductRevisionInput.items': { min: 1 },
  'GetDataProductInput.identifier': id,
  'DeleteDataProductInput.identifier': id,
  'ListDataProductRevisionsInput.identifier': id,
  'DataProductItem.identifier': id,
  'DataProductItem.glossaryTerms': { min: 1, max: 2, each: id },
  'CreateAssetFilterInput.assetIdentifier': id,
  'CreateAssetFilterInput.name': words,
  'GetAssetFilterInput.assetIdentifier': id,
  'GetAssetFilterInput.identifier': id,
  'UpdateAssetFilterInput.assetIdentifier': id,
  'UpdateAssetFilterInput.identifier': id,
  'DeleteAssetFilterInput.assetIdentifier': id,
  'DeleteAssetFilterInput.identifier': id,
  'ListAssetFiltersInput.assetIdentifier': id,
  'BatchGetAttributesMetadataInput.entityIdentifier': id,
  'BatchGetAttributesMetadataInput.attributeIdentifiers': { min: 1, max: 5, each: attributeName },
  'BatchPutAttributesMetadataInput.entityIdentifier': id,
  'BatchPutAttributesMetadataInput.attributes': { min: 0, max: 5 },
  'AttributeInput.attributeIdentifier': attributeName,
  'AttributeInput.forms': forms,
  'PostTimeSeriesDataPointsInput.entityIdentifier': id,
  'TimeSeriesDataPointFormInput.formName': timeSeriesForm,
  'TimeSeriesDataPointFormInput.typeIdentifier': formType,
  'TimeSeriesDataPointFormInput.content': { min: 0, max: 500_000 },
  'ListTimeSeriesDataPointsInput.entityIdentifier': id,
  'ListTimeSeriesDataPointsInput.formName': timeSeriesForm,
  'GetTimeSeriesDataPointInput.entityIdentifier': id,
  'GetTimeSeriesDataPointInput.identifier': id,
  'GetTimeSeriesDataPointInput.formName': timeSeriesForm,
  'DeleteTimeSeriesDataPointsInput.entityIdentifier': id,
  'DeleteTimeSeriesDataPointsInput.formName': timeSeriesForm,
  'PostLineageEventInput.event': { min: 0, max: 300_000 },
  'GetLineageEventInput.identifier': { pattern: /^[a-z0-9]{14}$/, example: 'a1b2c3d4e5f6g7' },
  'CreateConnectionInput.name': { min: 0, max: 64 },
  'CreateConnectionInput.description': { min: 0, max: 128 },
  'CreateConnectionInput.environmentIdentifier': id,
  'UpdateConnectionInput.description': { min: 1, max: 128 },
  'GetConnectionInput.identifier': { min: 0, max: 128 },
  'CreateDataSourceInput.name': name256,
  'CreateDataSourceInput.type': name256,
  'CreateDataSourceInput.environmentIdentifier': id,
  'CreateDataSourceInput.connectionIdentifier': id,
  'CreateDataSourceInput.assetFormsInput': forms,
  'UpdateDataSourceInput.name': name256,
  'UpdateDataSourceInput.assetFormsInput': forms,
  'ScheduleConfiguration.schedule': {
    min: 1,
    max: 256,
    pattern: /^.*cron\(([0-5]?\d) (2[0-3]|[01]?\d) ([^)]+)\).*$/,
    example: 'cron(0 6 * * ? *)',
  },
  'CreateSubscriptionRequestInput.subscribedPrincipals': { min: 1, max: 1 },
  'CreateSubscriptionRequestInput.subscribedListings': { min: 1, max: 1 },
  'CreateSubscriptionRequestInput.requestReason': { min: 1, max: 4096 },
  'UpdateSubscriptionRequestInput.requestReason': { min: 1, max: 4096 },
  'AcceptSubscriptionRequestInput.decisionComment': { min: 1, max: 4096 },
  'RejectSubscriptionRequestInput.decisionComment': { min: 1, max: 4096 },
  'GetSubscriptionRequestDetailsInput.identifier': id,
  'GetSubscriptionInput.identifier': id,
  'GetSubscriptionGrantInput.identifier': id,
  'CreateSubscriptionGrantInput.environmentIdentifier': id,
  'CreateSubscriptionGrantInput.subscriptionTargetIdentifier': id,
  'CreateNotebookInput.name': name256,
  'CreateNotebookInput.metadata': { min: 0, max: 50 },
  'CreateNotebookInput.parameters': { min: 0, max: 50 },
  'UpdateNotebookInput.name': name256,
  'UpdateNotebookInput.cellOrder': { min: 0, max: 200 },
  'GetNotebookInput.identifier': id,
  'FilterClause.and': clauses,
  'FilterClause.or': clauses,
  'Filter.value': { min: 0, max: 128 },
  'Filter.intValue': { integer: true },
  'SearchListingsInput.aggregations': { min: 1, max: 10 },
  'SearchListingsInput.searchText': { min: 0, max: 512 },
};

/**
 * Length, range and pattern of an input member: those of the AWS API reference that a caller is likely to
 * meet. The SDK's schemas carry none of them.
 */
export function limitOf(structure: string, member: string): Limit | undefined {
  return byStructure[`${structure}.${member}`] ?? byMember[member];
}

/** Permitted values of a member (or of its elements), or undefined where any string is good. */
export function enumValuesOf(structure: string, member: string): readonly string[] | undefined {
  const name = enumOfMember[`${structure}.${member}`];
  if (name === undefined) return undefined;
  const values: unknown = Reflect.get(datazone, name);
  return typeof values === 'object' && values !== null ? Object.values(values) : undefined;
}
