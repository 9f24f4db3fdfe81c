import type { Handlers } from '../operations';
import { assetTypes } from './asset-types';
import { assets } from './assets';
import { blueprints } from './blueprints';
import { domainUnits } from './domain-units';
import { domains } from './domains';
import { environments } from './environments';
import { formTypes } from './form-types';
import { glossaries } from './glossaries';
import { glossaryTerms } from './glossary-terms';
import { governedTerms } from './governed-terms';
import { listings } from './listings';
import { memberships } from './memberships';
import { policyGrants } from './policy-grants';
import { projectProfiles } from './project-profiles';
import { projects } from './projects';
import { search } from './search';
import { userProfiles } from './user-profiles';

/** Every operation that the local DataZone emulates. */
export const handlers: Handlers = {
  ...domains,
  ...domainUnits,
  ...policyGrants,
  ...userProfiles,
  ...projects,
  ...memberships,
  ...blueprints,
  ...projectProfiles,
  ...environments,
  ...glossaries,
  ...glossaryTerms,
  ...formTypes,
  ...assetTypes,
  ...assets,
  ...governedTerms,
  ...listings,
  ...search,
};
