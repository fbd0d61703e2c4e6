/** The credentials of a root user besides its access keys, as a session of AssumeRoot reads and removes them. Every method may throw a Problem. */

/** By id, as IAM has it (ListSigningCertificates). */
export type SigningCertificate = { id: string; isActive: boolean };

export interface RootCredentialReader {
  /** IAM GetLoginProfile without a user name: whether root has a password. */
  hasRootPassword(): Promise<boolean>;
  /** IAM ListSigningCertificates without a user name. */
  readSigningCertificates(): Promise<SigningCertificate[]>;
  /** Serial numbers of IAM ListMFADevices without a user name. A virtual device has an ARN, a hardware one has none. */
  readMfaDevices(): Promise<string[]>;
}

export interface RootCredentialWriter {
  /** IAM DeleteSigningCertificate; cannot be undone. */
  deleteSigningCertificate(id: string): Promise<void>;
  /** IAM DeleteLoginProfile: root signs in again only after account recovery. */
  deleteRootPassword(): Promise<void>;
  /** IAM DeactivateMFADevice; the device itself is left where it is. */
  deactivateMfaDevice(serialNumber: string): Promise<void>;
}
