import type { Call } from '../call';
import { type Domain, latest, type Rule } from '../domain';
import { invalid } from '../faults';
import { lineOf, requireUnitOwner } from '../membership';
import type { Answer, Given, Handlers } from '../operations';
import { present } from '../present';
import { referredType, revisionOf } from './form-types';

type Content = Pick<Rule, 'scope' | 'detail'>;

export const rules: Handlers = {
  CreateRule(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { domainIdentifier: _, clientToken: __, ...given } = input;
    const unitId = unitOf(input.target);
    call.find(domain.units, 'Domain unit', unitId);
    requireUnitOwner(call, domain, unitId);
    requireReferred(call, domain, input);
    const author = call.author(domain);
    const rule: Rule = {
      ...given,
      identifier: call.newId(),
      revision: '1',
      ruleType: typeOf(input.detail),
      targetType: 'DOMAIN_UNIT',
      createdAt: call.now,
      createdBy: author,
      updatedAt: call.now,
      lastUpdatedBy: author,
    };
    domain.rules.put(rule.identifier, { revisions: [rule] });
    return rule;
  },

  GetRule(call, input) {
    const rule = call.find(call.domain(input.domainIdentifier).rules, 'Rule', input.identifier);
    return revisionOf(rule, 'Rule', input.identifier, input.revision);
  },

  UpdateRule(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const known = call.find(domain.rules, 'Rule', input.identifier);
    const rule = latest(known);
    const domainUnitId = unitOf(rule.target);
    requireUnitOwner(call, domain, domainUnitId);
    const { name, description, scope, detail, includeChildDomainUnits } = input;
    if (detail !== undefined && typeOf(detail) !== rule.ruleType) throw invalid('A rule keeps its type');
    requireReferred(call, domain, { scope: scope ?? {}, detail: detail ?? rule.detail });
    const updated: Rule = {
      ...rule,
      ...present({ name, description, scope, detail }),
      ...(includeChildDomainUnits !== undefined && {
        target: { domainUnitTarget: { domainUnitId, includeChildDomainUnits } },
      }),
      revision: String(known.revisions.length + 1),
      updatedAt: call.now,
      lastUpdatedBy: call.author(domain),
    };
    domain.rules.put(rule.identifier, { revisions: [...known.revisions, updated] });
    return updated;
  },

  DeleteRule(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const rule = latest(call.find(domain.rules, 'Rule', input.identifier));
    requireUnitOwner(call, domain, unitOf(rule.target));
    domain.rules.delete(rule.identifier);
    return {};
  },

  ListRules(call, input) {
    const domain = call.domain(input.domainIdentifier);
    call.find(domain.units, 'Domain unit', input.targetIdentifier);
    const line = lineOf(domain, input.targetIdentifier);
    const page = call.page(input, {
      table: domain.rules,
      matches: (revised) => isListed(latest(revised), input, line),
    });
    return { items: page.rows.map(latest), nextToken: page.nextToken };
  },
};

function isListed(rule: Rule, input: Given<'ListRules'>, line: readonly string[]): boolean {
  const { ruleType, action, projectIds, assetTypes, dataProduct, includeCascaded } = input;
  const unitId = unitOf(rule.target);
  const isCascaded =
    includeCascaded === true && rule.target.domainUnitTarget?.includeChildDomainUnits === true;
  const { project, assetType } = rule.scope;
  return (
    (unitId === input.targetIdentifier || (isCascaded && line.includes(unitId))) &&
    (ruleType === undefined || rule.ruleType === ruleType) &&
    (action === undefined || rule.action === action) &&
    isInScope(projectIds, project?.selectionMode, project?.specificProjects) &&
    isInScope(assetTypes, assetType?.selectionMode, assetType?.specificAssetTypes) &&
    (dataProduct === undefined || rule.scope.dataProduct === dataProduct)
  );
}

function isInScope(
  asked: readonly string[] | undefined,
  mode: string | undefined,
  specific: readonly string[] | undefined,
): boolean {
  return asked === undefined || mode === 'ALL' || asked.some((id) => specific?.includes(id));
}

/** @throws Fault for whatever a rule names and the domain does not have. */
function requireReferred(call: Call, domain: Domain, { scope, detail }: Content): void {
  for (const id of scope.project?.specificProjects ?? []) call.find(domain.projects, 'Project', id);
  for (const name of scope.assetType?.specificAssetTypes ?? []) referredType(call, domain.assetTypes, name);
  for (const form of detail.metadataFormEnforcementDetail?.requiredMetadataForms ?? []) {
    const type = referredType(call, domain.formTypes, form.typeIdentifier);
    revisionOf(type, 'Form type', form.typeIdentifier, form.typeRevision);
  }
  for (const id of detail.glossaryTermEnforcementDetail?.requiredGlossaryTermIds ?? []) {
    call.find(domain.terms, 'Glossary term', id);
  }
}

function typeOf({ metadataFormEnforcementDetail }: Content['detail']): Answer<'GetRule'>['ruleType'] {
  return metadataFormEnforcementDetail === undefined
    ? 'GLOSSARY_TERM_ENFORCEMENT'
    : 'METADATA_FORM_ENFORCEMENT';
}

/** The schema lets a rule have no target but a domain unit. */
function unitOf({ domainUnitTarget }: Rule['target']): string {
  return domainUnitTarget?.domainUnitId ?? '';
}
