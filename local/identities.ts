import { Random } from './random';

/** What an SDK needs to sign with; `sessionToken` is absent for the administrator's long-term key. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Whoever stands behind an access key. */
export interface Identity {
  readonly credentials: Credentials;
  /** ARN of the IAM role, or the account's root: what policies are attached to. */
  readonly principalArn: string;
  /** What AWS calls the caller in messages and in GetCallerIdentity: the assumed-role session's ARN. */
  readonly userArn: string;
  /** UserId of GetCallerIdentity: `AROA...:<session>`, or the account id for the root. */
  readonly userId: string;
  readonly administrator: boolean;
}

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The account's access keys: one for people, and as many as are asked for per role. */
export class Identities {
  private readonly byAccessKey = new Map<string, Identity>();
  private readonly roleIds = new Map<string, string>();
  private readonly random: Random;
  /** Credentials handed to people: the account's root, whom IAM does not judge. */
  readonly administrator: Identity;

  constructor(
    readonly accountId: string,
    seed = 1,
    private readonly partition = 'aws',
  ) {
    this.random = new Random(seed);
    const root = `arn:${partition}:iam::${accountId}:root`;
    this.administrator = this.add({
      credentials: this.draw('AKIA'),
      principalArn: root,
      userArn: root,
      userId: accountId,
      administrator: true,
    });
  }

  /** New credentials of a session of `roleArn`; Lambda names the session after the function. */
  assume(roleArn: string, sessionName: string): Identity {
    const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const roleId = this.roleIds.get(roleArn) ?? `AROA${this.random.text(17, KEY_ALPHABET)}`;
    this.roleIds.set(roleArn, roleId);
    return this.add({
      credentials: { ...this.draw('ASIA'), sessionToken: this.random.text(64) },
      principalArn: roleArn,
      userArn: `arn:${this.partition}:sts::${this.accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId}:${sessionName}`,
      administrator: false,
    });
  }

  find(accessKeyId: string): Identity | undefined {
    return this.byAccessKey.get(accessKeyId);
  }

  private draw(prefix: 'AKIA' | 'ASIA'): Credentials {
    return {
      accessKeyId: `${prefix}${this.random.text(16, KEY_ALPHABET)}`,
      secretAccessKey: this.random.text(40),
    };
  }

  private add(identity: Identity): Identity {
    this.byAccessKey.set(identity.credentials.accessKeyId, identity);
    return identity;
  }
}
