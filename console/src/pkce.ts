// Random texts and the challenge of PKCE (RFC 7636 §4).

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** 256 random bits as 43 characters. */
export const secretText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

export const sha256 = async (data: Uint8Array<ArrayBuffer>) => base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));

export const challengeOf = (verifier: string) => sha256(new TextEncoder().encode(verifier));
