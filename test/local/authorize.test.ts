import assert from 'node:assert/strict';
import { type Authorize, authorizeBy, authorizeService } from '../../local/authorize';
import { PolicyStore } from '../../local/iam/policy-store';

const ROLE = 'arn:aws:iam::123456789012:role/scheduler';
const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:backup';
const SCHEDULE = 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly';

describe('authorizeBy', () => {
  let authorize: Authorize;

  before(() => {
    const policies = new PolicyStore();
    policies.register({
      type: 'aws:iam/role:Role',
      name: 'scheduler',
      inputs: {
        assumeRolePolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'scheduler.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceArn': SCHEDULE, 'aws:SourceAccount': '123456789012' } },
            },
          ],
        },
      },
      state: { arn: ROLE, name: 'scheduler' },
    });
    policies.register({
      type: 'aws:iam/rolePolicy:RolePolicy',
      name: 'start',
      inputs: {
        role: 'scheduler',
        policy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: MACHINE }],
        },
      },
      state: {},
    });
    authorize = authorizeBy(policies);
  });

  it('lets through what a policy of the role allows', () => {
    authorize(ROLE, 'states:StartExecution', MACHINE);
  });

  it("refuses anything else, in IAM's words", () => {
    assert.throws(() => authorize(ROLE, 'states:StartExecution', `${MACHINE}2`), {
      name: 'NotAuthorizedError',
      message: `User: ${ROLE} is not authorized to perform: states:StartExecution on resource: ${MACHINE}2 because no identity-based policy allows the states:StartExecution action`,
    });
  });

  it('lets a service assume a role that trusts it for this very resource', () => {
    authorizeService(authorize, 'scheduler.amazonaws.com', ROLE, SCHEDULE);
  });

  it('refuses another service, and another resource of the same service', () => {
    const refused = { name: 'NotAuthorizedError', message: /sts:AssumeRole/ };

    assert.throws(() => authorizeService(authorize, 'states.amazonaws.com', ROLE, SCHEDULE), refused);
    assert.throws(
      () => authorizeService(authorize, 'scheduler.amazonaws.com', ROLE, `${SCHEDULE}2`),
      refused,
    );
  });
});
