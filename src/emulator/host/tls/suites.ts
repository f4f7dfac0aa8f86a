/** Cipher suites that a server here may choose, by their numbers and OpenSSL's names. */
export const suites: Readonly<Record<number, string>> = {
  0x1301: 'TLS_AES_128_GCM_SHA256',
  0x1302: 'TLS_AES_256_GCM_SHA384',
  0xc02b: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  0xc02c: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  0xc02f: 'ECDHE-RSA-AES128-GCM-SHA256',
  0xc030: 'ECDHE-RSA-AES256-GCM-SHA384',
};

/** Bytes of a suite's digest: what Finished of TLS 1.3 is long. */
export const digestSize = (suite: number): number => (suite === 0x1302 ? 48 : 32);
