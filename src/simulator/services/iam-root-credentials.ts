/** What else root has in IAM besides keys and a password: signing certificates and an MFA device, as they are removed. */
import type { DeactivateMFADeviceRequest, DeleteSigningCertificateRequest } from '@aws-sdk/client-iam';
import { appendEffect } from '../effects.ts';
import type { Call } from '../service.ts';
import { certificateId, mfaSerial } from './iam-account.ts';
import { noSuchEntity, subjectOf } from './iam-subject.ts';

export function deleteSigningCertificate(input: DeleteSigningCertificateRequest, call: Call): object {
  const subject = subjectOf(call, input.UserName);
  const { CertificateId = '' } = input;
  const isThere = subject.kind === 'root' && Array.from({ length: subject.root.signingCertificates }, (_, index) => certificateId(index)).includes(CertificateId);
  if (subject.kind !== 'root' || !isThere) throw noSuchEntity(`The Certificate with id ${CertificateId} cannot be found.`);
  subject.root.signingCertificates -= 1;
  appendEffect(call, 'root signing certificate');
  return {};
}

/** Only the tie to root is undone; a virtual device is left where it is (IAM API reference, DeactivateMFADevice). */
export function deactivateMfaDevice(input: DeactivateMFADeviceRequest, call: Call): object {
  const subject = subjectOf(call, input.UserName);
  const isThere = subject.kind === 'root' && subject.root.mfa !== 'none' && mfaSerial(subject.root, call) === input.SerialNumber;
  if (subject.kind !== 'root' || !isThere) throw noSuchEntity(`MFA Device ${input.SerialNumber} is not valid for user.`);
  subject.root.mfa = 'none';
  appendEffect(call, 'root MFA device');
  return {};
}
