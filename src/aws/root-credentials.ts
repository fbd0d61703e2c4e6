/** Password, signing certificates and MFA devices of a root user in IAM, by a session of AssumeRoot: the calls name no user. */
import { asProblem } from '../domain/problem.ts';
import type { Lane } from '../ports/cloud.ts';
import type { RootCredentialReader, RootCredentialWriter, SigningCertificate } from '../ports/root-credentials.ts';
import { parsePresent } from './aws-errors.ts';
import type { CallerReader } from './caller.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const IAM: Lane = { name: 'iam' };

export function openRootCredentialReader(clients: Clients, calls: Calls, callers: CallerReader): RootCredentialReader {
  return {
    hasRootPassword: async () => {
      const operation = 'iam:GetLoginProfile';
      await callers.requireRoot(operation);
      const { client, sdk } = await clients.iam();
      try {
        await calls.read(IAM, operation, () => client.send(new sdk.GetLoginProfileCommand({})));
        return true;
      } catch (thrown) {
        const refused = asProblem(thrown);
        // NoSuchEntity is the answer where there is none (captured calls).
        if (refused.code === 'aws/not-found') return false;
        throw refused;
      }
    },
    readSigningCertificates: async () => {
      const operation = 'iam:ListSigningCertificates';
      await callers.requireRoot(operation);
      const { client, sdk } = await clients.iam();
      return readAll(operation, async (marker) => {
        const page = await calls.read(IAM, operation, () => client.send(new sdk.ListSigningCertificatesCommand({ Marker: marker })));
        const items = parsePresent(page.Certificates, operation, 'Certificates').map(({ CertificateId, Status }): SigningCertificate =>
          ({ id: parsePresent(CertificateId, operation, 'CertificateId'), isActive: Status === 'Active' }));
        return { items, next: page.IsTruncated === true ? parsePresent(page.Marker, operation, 'Marker') : undefined };
      });
    },
    readMfaDevices: async () => {
      const operation = 'iam:ListMFADevices';
      await callers.requireRoot(operation);
      const { client, sdk } = await clients.iam();
      return readAll(operation, async (marker) => {
        const page = await calls.read(IAM, operation, () => client.send(new sdk.ListMFADevicesCommand({ Marker: marker })));
        const items = parsePresent(page.MFADevices, operation, 'MFADevices').map(({ SerialNumber }) => parsePresent(SerialNumber, operation, 'SerialNumber'));
        return { items, next: page.IsTruncated === true ? parsePresent(page.Marker, operation, 'Marker') : undefined };
      });
    },
  };
}

export function openRootCredentialWriter(clients: Clients, calls: Calls, callers: CallerReader): RootCredentialWriter {
  return {
    deleteSigningCertificate: async (id) => {
      await callers.requireRoot('iam:DeleteSigningCertificate');
      const { client, sdk } = await clients.iam();
      await calls.write(IAM, 'iam:DeleteSigningCertificate', () => client.send(new sdk.DeleteSigningCertificateCommand({ CertificateId: id })));
    },
    deleteRootPassword: async () => {
      await callers.requireRoot('iam:DeleteLoginProfile');
      const { client, sdk } = await clients.iam();
      await calls.write(IAM, 'iam:DeleteLoginProfile', () => client.send(new sdk.DeleteLoginProfileCommand({})));
    },
    deactivateMfaDevice: async (serialNumber) => {
      await callers.requireRoot('iam:DeactivateMFADevice');
      const { client, sdk } = await clients.iam();
      await calls.write(IAM, 'iam:DeactivateMFADevice', () => client.send(new sdk.DeactivateMFADeviceCommand({ SerialNumber: serialNumber })));
    },
  };
}
