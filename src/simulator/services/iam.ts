/** The IAM service: which operations there are, which of them change something, and what they name in the trail. */
import type { Call, Service } from '../service.ts';
import {
  getAccountSummary, getLoginProfile, getUser, listAccountAliases, listMFADevices, listSigningCertificates, listUsers, listVirtualMFADevices,
} from './iam-account.ts';
import { createAccessKey, deleteAccessKey, getAccessKeyLastUsed, listAccessKeys, updateAccessKey } from './iam-keys.ts';
import { disableFeature, enableFeature, listOrganizationsFeatures } from './iam-organization.ts';
import { createLoginProfile, deleteLoginProfile } from './iam-password.ts';
import { deactivateMfaDevice, deleteSigningCertificate } from './iam-root-credentials.ts';
import { generateCredentialReport, getCredentialReport } from './iam-report.ts';

type KeyInput = { AccessKeyId?: string | undefined; UserName?: string | undefined };

const READ = { isReadOnly: true };
const CHANGES = { isReadOnly: false };
const CHANGES_KEY = { isReadOnly: false, resources: keyResources };

export const iamService: Service = {
  signingName: 'iam',
  actionPrefix: 'iam',
  eventSource: 'iam.amazonaws.com',
  eventRegion: 'us-east-1',
  operations: {
    ListAccessKeys: { run: listAccessKeys, trait: READ },
    CreateAccessKey: { run: createAccessKey, trait: CHANGES_KEY },
    UpdateAccessKey: { run: updateAccessKey, trait: CHANGES_KEY },
    DeleteAccessKey: { run: deleteAccessKey, trait: CHANGES_KEY },
    GetAccessKeyLastUsed: { run: getAccessKeyLastUsed, trait: READ },
    GetAccountSummary: { run: getAccountSummary, trait: READ },
    GenerateCredentialReport: { run: generateCredentialReport, trait: READ },
    GetCredentialReport: { run: getCredentialReport, trait: READ },
    ListMFADevices: { run: listMFADevices, trait: READ },
    ListVirtualMFADevices: { run: listVirtualMFADevices, trait: READ },
    ListSigningCertificates: { run: listSigningCertificates, trait: READ },
    GetLoginProfile: { run: getLoginProfile, trait: READ },
    CreateLoginProfile: { run: createLoginProfile, trait: CHANGES },
    DeleteLoginProfile: { run: deleteLoginProfile, trait: CHANGES },
    DeleteSigningCertificate: { run: deleteSigningCertificate, trait: CHANGES },
    DeactivateMFADevice: { run: deactivateMfaDevice, trait: CHANGES },
    GetUser: { run: getUser, trait: READ },
    ListAccountAliases: { run: listAccountAliases, trait: READ },
    ListUsers: { run: listUsers, trait: READ },
    ListOrganizationsFeatures: { run: listOrganizationsFeatures, trait: READ },
    EnableOrganizationsRootCredentialsManagement: { run: enableFeature('RootCredentialsManagement'), trait: CHANGES },
    EnableOrganizationsRootSessions: { run: enableFeature('RootSessions'), trait: CHANGES },
    DisableOrganizationsRootCredentialsManagement: { run: disableFeature('RootCredentialsManagement'), trait: CHANGES },
    DisableOrganizationsRootSessions: { run: disableFeature('RootSessions'), trait: CHANGES },
  },
};

/** A captured event of UpdateAccessKey names the key and its user. */
function keyResources(input: KeyInput, _call: Call): { type: string; name: string }[] {
  return [
    ...(input.AccessKeyId === undefined ? [] : [{ type: 'AWS::IAM::AccessKey', name: input.AccessKeyId }]),
    { type: 'AWS::IAM::User', name: input.UserName ?? 'root' },
  ];
}
